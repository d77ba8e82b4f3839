#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "alert/event.h"
#include "config/config.h"

namespace outspan::alert {

/// RFC 5424 records with structured data.
///
/// A record never exceeds its limit: details (samples, path, URL, then the message) are shortened
/// and left out from the least telling on, what identifies the event stays. Control characters are
/// replaced, also in the message: a receiver that writes lines must not be given two.
class SyslogFormat {
 public:
  /// For UDP: passes IPv6's smallest MTU whole (RFC 5426, section 3.2).
  static constexpr std::size_t kDatagramBytesMax = 1180;
  /// For TCP and Unix sockets: rsyslog cuts at 8 KiB.
  static constexpr std::size_t kStreamBytesMax = 8000;

  explicit SyslogFormat(const config::Config& config);

  /// Without a line feed. `bytes_max`: at least kDatagramBytesMax.
  [[nodiscard]] std::string record(const Event& event, std::size_t bytes_max) const;

 private:
  [[nodiscard]] std::string header(const Event& event) const;

  unsigned facility_;
  std::string hostname_, app_name_, sd_id_;
};

/// "local0" -> 16 (RFC 5424, table 1); nullopt: no such facility.
std::optional<unsigned> syslog_facility(std::string_view name) noexcept;

/// A parameter of structured data. Names are ours.
struct SdParam {
  std::string_view name;
  std::string value;
  /// Details are shortened and dropped, from the last on, when a record is too long.
  bool detail = false;
};
std::vector<SdParam> sd_params(const Event& event);
/// RFC 5424, section 6.3.3: `"`, `\` and `]` behind a backslash; printable UTF-8.
std::string sd_escaped(std::string_view value);

}  // namespace outspan::alert
