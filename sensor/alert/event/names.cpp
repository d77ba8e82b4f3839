#include "alert/event/names.h"

namespace outspan::alert {

std::string_view to_string(policy::IncidentState state) noexcept {
  static constexpr std::string_view kNames[] = {"new", "update", "closed"};
  return kNames[static_cast<std::size_t>(state)];
}

bool has_ports(std::uint8_t protocol) noexcept {
  return protocol == ip_protocol::kTcp || protocol == ip_protocol::kUdp ||
         protocol == ip_protocol::kSctp;
}

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, 1, ',');
  return text;
}

std::string endpoint_text(const Endpoint& endpoint, std::uint8_t protocol) {
  std::string address = endpoint.address.to_string();
  if (!has_ports(protocol)) return address;
  const std::string port = ":" + std::to_string(endpoint.port);
  return endpoint.address.is_v4() ? address + port : "[" + address + "]" + port;
}

}  // namespace outspan::alert
