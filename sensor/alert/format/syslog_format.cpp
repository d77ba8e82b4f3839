#include "alert/format/syslog_format.h"

#include <fmt/format.h>

#include <array>

#include "alert/event/utf8.h"
#include "alert/format/budget.h"
#include "alert/format/flat_fields.h"
#include "alert/format/one_line.h"

namespace outspan::alert {
namespace {

// RFC 5424, section 6: lengths of HOSTNAME, APP-NAME and an SD-NAME.
constexpr std::size_t kHostnameMax = 255;
constexpr std::size_t kAppNameMax = 48;
/// RFC 3164, section 4.1.3: letters and digits.
constexpr std::size_t kTagMax = 32;

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

/// `Mmm dd hh:mm:ss`, UTC; a receiver takes it for its own time.
std::string old_timestamp(Timestamp time) {
  static constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::string text = to_rfc3339(time);
  const auto month = static_cast<std::size_t>((text[5] - '0') * 10 + text[6] - '0' - 1);
  return fmt::format("{} {}{} {}", kMonths[month], text[8] == '0' ? ' ' : text[8], text[9],
                     text.substr(11, 8));
}

std::string tag(std::string_view name) {
  std::string tag;
  for (const char c : name)
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) tag += c;
  return tag.empty() ? "outspan" : tag.substr(0, kTagMax);
}

std::string params_text(const Event& event) {
  std::string text;
  for (const FlatField& param : flat_fields(event))
    text.append(" ").append(param.name).append("=\"").append(sd_escaped(param.value)).append("\"");
  return text;
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

SyslogFormat::SyslogFormat(const config::Config& config, config::SyslogHeader header,
                           Formatter message)
    : facility_(syslog_facility(config.syslog.facility).value_or(16)),
      hostname_(header_field(config.sensor, kHostnameMax)),
      app_name_(header_field(config.syslog.app_name, kAppNameMax)),
      tag_(tag(config.syslog.app_name)),
      sd_id_(fmt::format("outspan@{}", config.syslog.enterprise_number)),
      header_(header),
      message_(std::move(message)) {}

std::string SyslogFormat::record(const Event& event, std::size_t bytes_max) const {
  return format_within(event, bytes_max, [this](const Event& one) { return whole(one); });
}

std::string SyslogFormat::whole(const Event& event) const {
  const std::string priority = fmt::format("<{}>", facility_ * 8 + severity_of(event));
  std::string record =
      header_ == config::SyslogHeader::rfc5424 ? modern(event, priority) : old(event, priority);
  if (!message_) return record;
  std::string message = message_(event);
  if (message.empty()) return {};
  while (message.ends_with('\n')) message.pop_back();
  return record + message;
}

std::string SyslogFormat::modern(const Event& event, const std::string& priority) const {
  // PROCID is NILVALUE: the output of a replay does not depend on the process.
  const std::string head = fmt::format("{}1 {} {} {} - {} ", priority, timestamp(event.time),
                                       hostname_, app_name_, type_name(event));
  if (message_) return head + "- ";
  return fmt::format("{}[{}{}] {}", head, sd_id_, params_text(event), one_line(event));
}

std::string SyslogFormat::old(const Event& event, const std::string& priority) const {
  const std::string head =
      fmt::format("{}{} {} {}: ", priority, old_timestamp(event.time), hostname_, tag_);
  return message_ ? head : head + one_line(event) + params_text(event);
}

}  // namespace outspan::alert
