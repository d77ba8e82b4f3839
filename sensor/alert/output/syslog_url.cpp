#include "alert/output/syslog_url.h"

#include <sys/un.h>

#include <charconv>

namespace outspan::alert {
namespace {

constexpr std::uint16_t kUdpPort = 514;  // RFC 5426
constexpr std::uint16_t kTcpPort = 601;  // RFC 6587

Problem problem(std::string_view url, std::string what) {
  return {std::string(url), std::move(what)};
}

Result<SyslogUrl> host_and_port(std::string_view url, std::string_view rest, SyslogUrl parsed) {
  while (rest.ends_with('/')) rest.remove_suffix(1);
  std::string_view port;
  if (rest.starts_with('[')) {
    const std::size_t end = rest.find(']');
    if (end == rest.npos) return problem(url, "the IPv6 address lacks its closing bracket");
    parsed.host = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
    if (!rest.empty() && rest.front() != ':')
      return problem(url, "only a port may follow the closing bracket");
    port = rest;
  } else {
    const std::size_t colon = rest.find(':');
    parsed.host = rest.substr(0, colon);
    if (colon != rest.npos) port = rest.substr(colon);
    if (port.find(':', 1) != port.npos)
      return problem(url, "an IPv6 address stands in brackets: udp://[2001:db8::1]:514");
  }
  if (parsed.host.empty()) return problem(url, "names no host: udp://host:514");
  if (port.empty()) return parsed;
  port.remove_prefix(1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), parsed.port);
  if (error != std::errc{} || end != port.data() + port.size() || parsed.port == 0)
    return problem(url, "the port must be a number from 1 to 65535");
  return parsed;
}

}  // namespace

Result<SyslogUrl> parse_syslog_url(std::string_view url) {
  const std::size_t colon = url.find("://");
  const std::string_view scheme = url.substr(0, colon);
  const std::string_view rest = colon == url.npos ? "" : url.substr(colon + 3);
  if (colon != url.npos && scheme == "udp")
    return host_and_port(url, rest, {SyslogTransport::udp, {}, kUdpPort});
  if (colon != url.npos && scheme == "tcp")
    return host_and_port(url, rest, {SyslogTransport::tcp, {}, kTcpPort});
  if (colon != url.npos && scheme == "unix") {
    if (!rest.starts_with('/'))
      return problem(url, "the path of a Unix socket is absolute: unix:///dev/log");
    if (rest.size() >= sizeof(sockaddr_un::sun_path))
      return problem(url, "the path of a Unix socket has at most 107 bytes");
    return SyslogUrl{SyslogTransport::unix_socket, std::string(rest), 0};
  }
  if (colon != url.npos && scheme == "tls")
    return problem(url, "TLS is not available in this version; use tcp:// to a local relay");
  return problem(url, "must be udp://host:514, tcp://host:601 or unix:///dev/log");
}

}  // namespace outspan::alert
