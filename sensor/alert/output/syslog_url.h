#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"

namespace outspan::alert {

enum class SyslogTransport : std::uint8_t { udp, tcp, unix_socket };

/// udp://host[:514], tcp://host[:601], unix:///path. An IPv6 address stands in brackets.
struct SyslogUrl {
  SyslogTransport transport = SyslogTransport::udp;
  std::string host;  // or the path
  std::uint16_t port = 0;
};
Result<SyslogUrl> parse_syslog_url(std::string_view url);

}  // namespace outspan::alert
