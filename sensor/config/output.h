#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/address.h"
#include "core/ledger.h"
#include "core/time.h"

/// Where events go to, and how they look there.
namespace outspan::config {

enum class Severity : std::uint8_t { low, medium, high, critical };
std::string_view to_string(Severity severity) noexcept;

enum class OutputType : std::uint8_t { file, syslog, splunk, elastic, webhook, kafka, mail };
std::string_view to_string(OutputType type) noexcept;
constexpr bool is_http(OutputType type) noexcept {
  return type == OutputType::splunk || type == OutputType::elastic || type == OutputType::webhook;
}

enum class EventFormat : std::uint8_t { text, json, syslog, cef, leef, ecs, ocsf };
inline constexpr std::size_t kEventFormats = 7;
std::string_view to_string(EventFormat format) noexcept;
/// An event is one JSON document.
constexpr bool is_json(EventFormat format) noexcept {
  return format == EventFormat::json || format == EventFormat::ecs || format == EventFormat::ocsf;
}

enum class SyslogHeader : std::uint8_t { rfc5424, rfc3164 };
enum class SyslogFraming : std::uint8_t { octet_counting, line_feed };

struct Tls {
  std::string ca_file;      ///< whom we believe; empty: the system's
  std::string cert_file;    ///< who we are; empty: nobody
  std::string key_file;     ///< may be "credential:NAME"
  std::string server_name;  ///< in the receiver's certificate; empty: the host of the URL
  /// SHA-256 of certificates that are believed whoever signed them; 64 hexadecimal digits each.
  std::vector<std::string> fingerprints;
};

/// The events that an output wants; whatever is empty says nothing. Severity, rules, directions and
/// networks speak of alerts, records, blind spots and anomalies alone: others pass.
struct EventSelection {
  std::vector<std::string> events;   ///< types; empty: the run's --events
  std::optional<Severity> severity;  ///< of alerts, at least
  std::vector<std::string> rules;    ///< ids, `*` stands for any run of characters
  std::vector<Direction> directions;
  PrefixSet networks;  ///< the end inside (of transit: either) is in one of them
};

struct Output {
  /// In messages, metrics, and the place that it has reached in the spool; empty: of type and
  /// target.
  std::string name;
  OutputType type = OutputType::file;
  EventFormat format = EventFormat::json;
  EventSelection wants;

  // Files.
  std::string file;              ///< "-" is standard output
  bool append = true;            ///< a restart loses nothing; false: the file is begun anew
  std::uint64_t rotate_mib = 0;  ///< a larger file is moved to FILE.1; 0: never
  std::uint32_t keep_files = 5;  ///< of those that were moved

  // Syslog.
  std::string url;  ///< udp://host:514, tcp://host:601, tls://host:6514, relp://, unix:///dev/log
  SyslogHeader header = SyslogHeader::rfc5424;
  SyslogFraming framing = SyslogFraming::octet_counting;
  std::uint64_t max_bytes = 0;  ///< of a record; 0: as the transport allows
  Tls tls;                      ///< of HTTP and Kafka as well

  // HTTP: `url`, and who we are there, in files that may change ("credential:NAME" as well).
  std::string token_file;
  std::string user, password_file;  ///< of Kafka as well (SASL)
  std::string index;                ///< of Splunk and Elasticsearch
  std::uint32_t batch_events = 500;

  // Kafka.
  std::vector<std::string> brokers;  ///< host:port
  std::string topic;
  std::string mechanism = "SCRAM-SHA-256";

  // Mail.
  std::vector<std::string> to;
  std::string from;
  Duration every = std::chrono::hours(1);  ///< between digests
  std::string sendmail = "/usr/sbin/sendmail";
};

/// "file:/var/log/outspan.json", "syslog:tls://siem.example:6514", "webhook:https://hooks.example",
/// or the name it was given.
std::string output_name(const Output& output);

}  // namespace outspan::config
