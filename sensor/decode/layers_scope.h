#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/address.h"
#include "core/bytes.h"

namespace outspan::decode {

/// What the layers around some bytes have to say about them. Copied from layer to layer, so that a
/// layer that turns out not to be one leaves no trace.
struct Scope {
  std::array<std::uint16_t, 2> vlan{};
  std::uint8_t vlan_count = 0;
  /// Layers that bring a network of their own: tunnels, pseudowires, reassembled packets.
  std::uint8_t depth = 0;
  bool reassembled = false;
  bool alternative = false;
  std::uint32_t tunnel = 0;
  /// Bytes after these that were on the wire, and not captured (snap length) or lost (fragments).
  std::uint32_t cut = 0;
  std::uint32_t lost = 0;

  void add_vlan(std::uint16_t tag) noexcept {
    if (vlan_count == vlan.size()) return;
    vlan[vlan_count++] = tag & 0x0fff;
  }
};

/// Cuts `bytes` to the length that a header announces, and the bytes missing in `scope` to what is
/// missing of that. False: the header announces more than there ever was.
inline bool fit(Bytes& bytes, std::size_t announced, Scope& scope) noexcept {
  if (announced <= bytes.size()) {
    bytes = bytes.first(announced);
    scope.cut = 0;
    scope.lost = 0;
    return true;
  }
  const std::size_t missing = announced - bytes.size();
  scope.cut = static_cast<std::uint32_t>(std::min<std::size_t>(scope.cut, missing));
  scope.lost = static_cast<std::uint32_t>(std::min<std::size_t>(scope.lost, missing - scope.cut));
  return scope.cut + scope.lost == missing;
}

/// An IP header, as far as upper layers need it.
struct IpLayer {
  IpAddress source;
  IpAddress destination;
  /// With its header, up to the length that it announces; empty if put together from fragments.
  Bytes packet;
};

}  // namespace outspan::decode
