#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "alert/event/event.h"
#include "alert/format/formatter.h"
#include "config/config.h"

namespace outspan::alert {

/// Syslog records, without framing and without a line feed: RFC 5424 with structured data and a
/// sentence, or RFC 3164 with the same as text, or either with another format as its message.
///
/// A record keeps to its limit by shedding detail (see budget.h). Control characters are replaced,
/// also in the message: a receiver that writes lines must not be given two.
class SyslogFormat {
 public:
  /// For UDP: passes IPv6's smallest MTU whole (RFC 5426, section 3.2).
  static constexpr std::size_t kDatagramBytesMax = 1180;
  /// RFC 3164, section 4.1.
  static constexpr std::size_t kOldDatagramBytesMax = 1024;
  /// For TCP, TLS, RELP and Unix sockets: rsyslog cuts at 8 KiB.
  static constexpr std::size_t kStreamBytesMax = 8000;

  /// `message`: empty for structured data and a sentence.
  explicit SyslogFormat(const config::Config& config,
                        config::SyslogHeader header = config::SyslogHeader::rfc5424,
                        Formatter message = {});

  [[nodiscard]] std::string record(const Event& event, std::size_t bytes_max) const;

 private:
  [[nodiscard]] std::string whole(const Event& event) const;
  [[nodiscard]] std::string modern(const Event& event, const std::string& priority) const;
  [[nodiscard]] std::string old(const Event& event, const std::string& priority) const;

  unsigned facility_;
  std::string hostname_, app_name_, tag_, sd_id_;
  config::SyslogHeader header_;
  Formatter message_;
};

/// "local0" -> 16 (RFC 5424, table 1); nullopt: no such facility.
std::optional<unsigned> syslog_facility(std::string_view name) noexcept;

/// RFC 5424, section 6.3.3: `"`, `\` and `]` after a backslash; printable UTF-8.
std::string sd_escaped(std::string_view value);

}  // namespace outspan::alert
