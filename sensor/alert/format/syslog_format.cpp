#include "alert/format/syslog_format.h"

#include <fmt/format.h>

#include <array>

#include "alert/format/one_line.h"
#include "alert/utf8.h"

namespace outspan::alert {
namespace {

// RFC 5424, section 6: lengths of HOSTNAME, APP-NAME and an SD-NAME.
constexpr std::size_t kHostnameMax = 255;
constexpr std::size_t kAppNameMax = 48;
/// What identifies an event is short; a rule with a longer name is known by its first part.
constexpr std::size_t kIdentityBytesMax = 96;
/// The message keeps at least this much, so that a person sees what it is about.
constexpr std::size_t kMessageBytesMin = 120;

/// A header field: printable US-ASCII without blanks; NILVALUE for nothing.
std::string header_field(std::string_view text, std::size_t bytes_max) {
  std::string field;
  for (const char c : text.substr(0, bytes_max)) field += c > 32 && c < 127 ? c : '_';
  return field.empty() ? "-" : field;
}

unsigned severity_of(const Event& event) noexcept {
  constexpr unsigned kNotice = 5, kInformational = 6;
  if (const auto* incident = std::get_if<policy::Incident>(&event.body)) {
    static constexpr std::array<unsigned, 4> kBySeverity{5, 4, 3, 2};
    return kBySeverity[static_cast<std::size_t>(incident->severity)];
  }
  const bool notable = std::holds_alternative<BlindSpotEvent>(event.body) ||
                       std::holds_alternative<AnomalyEvent>(event.body) ||
                       std::holds_alternative<policy::Sighting>(event.body) ||
                       std::holds_alternative<NoticeEvent>(event.body);
  return notable ? kNotice : kInformational;
}

/// RFC 5424 allows six fraction digits; our times have nine.
std::string timestamp(Timestamp time) { return to_rfc3339(time).substr(0, 26) + "Z"; }

std::string param_text(const SdParam& param, std::size_t value_bytes_max) {
  return fmt::format(" {}=\"{}\"", param.name,
                     sd_escaped(shortened(printable(param.value), value_bytes_max)));
}

}  // namespace

std::optional<unsigned> syslog_facility(std::string_view name) noexcept {
  static constexpr std::string_view kNames[] = {
      "kern",   "user",   "mail",     "daemon", "auth",   "syslog", "lpr",    "news",
      "uucp",   "cron",   "authpriv", "ftp",    "ntp",    "audit",  "alert",  "clock",
      "local0", "local1", "local2",   "local3", "local4", "local5", "local6", "local7"};
  for (unsigned i = 0; i < std::size(kNames); ++i)
    if (kNames[i] == name) return i;
  return std::nullopt;
}

std::string sd_escaped(std::string_view value) {
  std::string escaped;
  for (const char c : printable(value)) {
    if (c == '"' || c == '\\' || c == ']') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

SyslogFormat::SyslogFormat(const config::Config& config)
    : facility_(syslog_facility(config.syslog.facility).value_or(16)),
      hostname_(header_field(config.sensor, kHostnameMax)),
      app_name_(header_field(config.syslog.app_name, kAppNameMax)),
      sd_id_(fmt::format("outspan@{}", config.syslog.enterprise_number)) {}

std::string SyslogFormat::header(const Event& event) const {
  // PROCID is NILVALUE: the output of a replay does not depend on the process.
  return fmt::format("<{}>1 {} {} {} - {} ", facility_ * 8 + severity_of(event),
                     timestamp(event.time), hostname_, app_name_, type_name(event));
}

std::string SyslogFormat::record(const Event& event, std::size_t bytes_max) const {
  std::string record = header(event) + "[" + sd_id_;
  const std::vector<SdParam> params = sd_params(event);
  for (const SdParam& param : params)
    if (!param.detail) record += param_text(param, kIdentityBytesMax);

  const std::string message = one_line(event);
  // "] " and as much of the message as it needs or is promised.
  const std::size_t reserved = 2 + std::min(message.size(), kMessageBytesMin);
  for (const SdParam& param : params) {
    if (!param.detail) continue;
    const std::size_t used = record.size() + reserved;
    const std::size_t room = bytes_max - std::min(bytes_max, used);
    std::string text = param_text(param, bytes_max);
    // Half of the room for one detail leaves some for the next.
    if (text.size() > room) text = param_text(param, room / 2);
    if (text.size() <= room) record += text;
  }
  record += "] ";
  return record + shortened(message, bytes_max - std::min(bytes_max, record.size()));
}

}  // namespace outspan::alert
