#include "config/listen_address.h"

#include <charconv>

namespace outspan::config {

std::optional<ListenAddress> parse_listen_address(std::string_view text) noexcept {
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  const bool in_brackets = host.starts_with('[') && host.ends_with(']');
  if (in_brackets) host = host.substr(1, host.size() - 2);
  ListenAddress listen;
  const auto parsed = std::from_chars(port.data(), port.data() + port.size(), listen.port);
  const auto address = IpAddress::parse(host);
  if (parsed.ec != std::errc() || parsed.ptr != port.data() + port.size() || !address)
    return std::nullopt;
  if (address->is_v4() == in_brackets) return std::nullopt;
  listen.address = *address;
  return listen;
}

}  // namespace outspan::config
