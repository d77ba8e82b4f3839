#include "alert/net/receiver_url.h"

#include <sys/un.h>

#include <charconv>

namespace outspan::alert {
namespace {

struct Scheme {
  std::string_view name;
  Transport transport;
  std::uint16_t port;
};
constexpr Scheme kSchemes[] = {
    {"udp", Transport::udp, 514},     // RFC 5426
    {"tcp", Transport::tcp, 601},     // RFC 6587
    {"tls", Transport::tls, 6514},    // RFC 5425
    {"relp", Transport::relp, 2514},  // by custom
    {"relps", Transport::relp_tls, 2514},
};

Problem problem(std::string_view url, std::string what) {
  return {std::string(url), std::move(what)};
}

Result<ReceiverUrl> host_and_port(std::string_view url, std::string_view rest, ReceiverUrl parsed) {
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

Result<ReceiverUrl> unix_path(std::string_view url, std::string_view path) {
  if (!path.starts_with('/'))
    return problem(url, "the path of a Unix socket is absolute: unix:///dev/log");
  if (path.size() >= sizeof(sockaddr_un::sun_path))
    return problem(url, "the path of a Unix socket has at most 107 bytes");
  return ReceiverUrl{Transport::unix_socket, std::string(path), 0};
}

}  // namespace

Result<ReceiverUrl> parse_receiver_url(std::string_view url) {
  const std::size_t colon = url.find("://");
  const std::string_view scheme = colon == url.npos ? "" : url.substr(0, colon);
  const std::string_view rest = colon == url.npos ? "" : url.substr(colon + 3);
  if (scheme == "unix") return unix_path(url, rest);
  for (const Scheme& known : kSchemes)
    if (scheme == known.name) return host_and_port(url, rest, {known.transport, {}, known.port});
  return problem(url,
                 "must be udp://host:514, tcp://host:601, tls://host:6514, relp://host:2514, "
                 "relps://host:2514 or unix:///dev/log");
}

}  // namespace outspan::alert
