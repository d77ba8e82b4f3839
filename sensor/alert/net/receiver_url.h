#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"

namespace outspan::alert {

enum class Transport : std::uint8_t { udp, tcp, tls, unix_socket, relp, relp_tls };

/// udp://host[:514], tcp://host[:601], tls://host[:6514], unix:///path, relp://host[:2514],
/// relps://host[:2514] (over TLS). An IPv6 address stands in brackets.
struct ReceiverUrl {
  Transport transport = Transport::udp;
  std::string host;  // or the path
  std::uint16_t port = 0;

  [[nodiscard]] bool over_tls() const noexcept {
    return transport == Transport::tls || transport == Transport::relp_tls;
  }
  [[nodiscard]] bool relp() const noexcept {
    return transport == Transport::relp || transport == Transport::relp_tls;
  }
};
Result<ReceiverUrl> parse_receiver_url(std::string_view url);

}  // namespace outspan::alert
