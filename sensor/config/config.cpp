#include "config/config.h"

#include "config/option_table.h"

namespace outspan::config {
namespace {

constexpr std::uint64_t kMillion = 1'000'000;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

const Option<Limits> kLimits[] = {
    {"flows", &Limits::flows, 1000, 100 * kMillion,
     "flows at a time; the longest silent goes first"},
    {"memory_mib", &Limits::memory_mib, 64, kMillion, "for content, parsers and rules"},
    {"reassembly_mib", &Limits::reassembly_mib, 8, kMillion, "for segments that wait for a hole"},
    {"flow_reassembly_kib", &Limits::flow_reassembly_kib, 64, kMillion, "the same, of one flow"},
    {"fragments_mib", &Limits::fragments_mib, 1, 65536, "for IP fragments"},
    {"branches", &Limits::branches, 0, 64, "second versions of one stream that are followed"},
    {"header_kib", &Limits::header_kib, 4, 1024, "of one message head or command line"},
    {"object_mib", &Limits::object_mib, 1, 65536, "collected of a file that must be whole"},
    {"depth", &Limits::depth, 1, 64, "of encodings and containers inside one another"},
    {"expansion_ratio", &Limits::expansion_ratio, 10, kMillion,
     "decoded to sent bytes, beyond the first 64 MiB"},
    {"expanded_mib", &Limits::expanded_mib, 16, 100 * kMillion, "decoded bytes of one object"},
    {"parts", &Limits::parts, 10, kMillion, "parts, attachments and files of one object"},
    {"unpack_seconds", &Limits::unpack_seconds, 1, 3600, "to open one file that must be whole"},
    {"unpack_memory_mib", &Limits::unpack_memory_mib, 256, 65536,
     "of each process that opens such files"},
    {"classified_flows", &Limits::classified_flows, 0, kMillion, "flows nDPI looks at, at a time"},
    {"incidents", &Limits::incidents, 100, 10 * kMillion, "open at a time"},
    {"distinct_values", &Limits::distinct_values, 100, 10 * kMillion,
     "of a signature, counted exactly in an incident; beyond, estimated"},
    {"distinct_records", &Limits::distinct_records, 100, 1000 * kMillion,
     "customers, counted exactly in an incident; beyond, estimated"},
};

constexpr std::uint64_t kDay = in_ns(hours(24));
constexpr std::uint64_t kMs = in_ns(milliseconds(1));
const Option<Timeouts> kTimeouts[] = {
    {"tcp_opening", &Timeouts::tcp_opening, kMs, kDay, "a connection that never answers"},
    {"tcp_established", &Timeouts::tcp_established, kMs, kDay, "a silent connection"},
    {"tcp_closed", &Timeouts::tcp_closed, kMs, kDay, "after FIN or RST, for what comes late"},
    {"udp", &Timeouts::udp, kMs, kDay, "a silent UDP flow"},
    {"other", &Timeouts::other, kMs, kDay, "any other silent flow"},
    {"fragments", &Timeouts::fragments, kMs, kDay, "an IP datagram that stays incomplete"},
    {"pause", &Timeouts::pause, kMs, in_ns(hours(1)),
     "silence after which pending text is searched"},
};

const Option<Capture> kCapture[] = {
    {"snaplen", &Capture::snaplen_bytes, 64, 262144, "bytes of a frame that are kept"},
    {"ring_mib", &Capture::ring_mib, 1, 2047, "of the kernel's packet ring, an interface"},
    {"rings", &Capture::rings, 0, 8, "an interface, where its traffic allows; 0: by the cores"},
};

const Option<Alerts> kAlerts[] = {
    {"samples", &Alerts::samples, 0, 3, "masked samples a signature"},
    {"max_rows", &Alerts::max_rows, 0, 1000 * kMillion, "row numbers of customers in an event"},
    {"blindspot_bytes", &Alerts::blindspot_bytes, 0, 1'000'000 * kMillion,
     "uninspected bytes of a flow or object from which a blindspot event is written"},
    {"row_pseudonyms", &Alerts::row_pseudonyms, 0, 0, "keyed pseudonyms instead of row numbers"},
};

const Option<Spool> kSpool[] = {
    {"size_mib", &Spool::size_mib, 16, kMillion, "on disk at most"},
    {"keep", &Spool::keep, in_ns(seconds(1)), 366 * kDay, "events that every output has"},
};

const Option<Evidence> kEvidence[] = {
    {"file_kib", &Evidence::file_kib, 128, 64 << 10,
     "of a flow's latest packets, or of an object, in a file"},
    {"memory_mib", &Evidence::memory_mib, 8, kMillion,
     "of limits.memory_mib, for what might become evidence"},
    {"total_mib", &Evidence::total_mib, 1, kMillion, "of all files; the oldest go first"},
    {"keep", &Evidence::keep, in_ns(seconds(1)), 3660 * kDay, "files on disk at most"},
};

const Option<Access> kAccess[] = {
    {"alarms_per_week", &Access::alarms_per_week, 0, 10'000,
     "for all pullers; 0: as many as twice the usual gives"},
    {"pullers", &Access::pullers, 10, kMillion, "who are remembered"},
    {"memory_mib", &Access::memory_mib, 1, kMillion, "for all of them"},
    {"day_start", &Access::day_start, 0, in_ns(hours(23)), "after local midnight"},
};

}  // namespace

std::span<const Option<Limits>> limit_options() noexcept { return kLimits; }
std::span<const Option<Timeouts>> timeout_options() noexcept { return kTimeouts; }
std::span<const Option<Capture>> capture_options() noexcept { return kCapture; }
std::span<const Option<Alerts>> alert_options() noexcept { return kAlerts; }

std::span<const Option<Spool>> spool_options() noexcept { return kSpool; }
std::span<const Option<Evidence>> evidence_options() noexcept { return kEvidence; }
std::span<const Option<Access>> access_options() noexcept { return kAccess; }

std::string_view to_string(SpoolSync sync) noexcept {
  static constexpr std::string_view kNames[] = {"batch", "second", "never"};
  return kNames[static_cast<std::size_t>(sync)];
}

std::string_view to_string(EvidenceMode mode) noexcept {
  return mode == EvidenceMode::packets ? "packets" : "object";
}

std::string_view to_string(OutputType type) noexcept {
  static constexpr std::string_view kNames[] = {"file",    "syslog", "splunk", "elastic",
                                                "webhook", "kafka",  "mail"};
  return kNames[static_cast<std::size_t>(type)];
}

std::string_view to_string(EventFormat format) noexcept {
  static constexpr std::string_view kNames[] = {"text", "json", "syslog", "cef",
                                                "leef", "ecs",  "ocsf"};
  static_assert(std::size(kNames) == kEventFormats);
  return kNames[static_cast<std::size_t>(format)];
}

std::string output_name(const Output& output) {
  if (!output.name.empty()) return output.name;
  if (output.type == OutputType::kafka) return "kafka:" + output.topic;
  if (output.type == OutputType::mail)
    return "mail:" + (output.to.empty() ? "" : output.to.front());
  if (is_http(output.type))  // the path of a webhook's URL may be its secret
    return std::string(to_string(output.type)) + ":" +
           output.url.substr(0, output.url.find('/', output.url.find("//") + 2));
  const std::string& target = output.url.empty() ? output.file : output.url;
  if (target.empty() || target == "-") return "standard output";
  return std::string(to_string(output.type)) + ":" + target;
}

std::string_view to_string(Severity severity) noexcept {
  static constexpr std::string_view kNames[] = {"low", "medium", "high", "critical"};
  return kNames[static_cast<std::size_t>(severity)];
}

std::string_view to_string(Within within) noexcept {
  static constexpr std::string_view kNames[] = {"object", "flow", "host"};
  return kNames[static_cast<std::size_t>(within)];
}

std::string_view to_string(Per per) noexcept {
  static constexpr std::string_view kNames[] = {"source", "destination", "network"};
  return kNames[static_cast<std::size_t>(per)];
}

}  // namespace outspan::config
