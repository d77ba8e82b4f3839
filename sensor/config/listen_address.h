#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/address.h"

namespace outspan::config {

/// Where a server of the sensor listens.
struct ListenAddress {
  IpAddress address;
  std::uint16_t port = 0;  ///< 0: any that is free
};

/// "127.0.0.1:9437" or "[::1]:9437". No names: nobody is asked, and it is the same at each start.
std::optional<ListenAddress> parse_listen_address(std::string_view text) noexcept;

}  // namespace outspan::config
