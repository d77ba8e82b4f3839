#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "capture/packet.h"

namespace outspan::capture {

/// Whether the packets of an interface may be spread over several rings. The kernel hashes the
/// outer addresses and ports: both directions of what is inside a tunnel would come in two rings,
/// and fragments beside their packets. So the traffic is looked at first.
class FanoutFit {
 public:
  void look(const Packet& packet) noexcept;

  /// Once enough was seen; nullopt: not yet.
  [[nodiscard]] std::optional<bool> fits() const noexcept;
  /// "12 % of the packets are in tunnels, fragments, or …".
  [[nodiscard]] std::string why() const;

 private:
  std::uint64_t seen_ = 0;
  std::uint64_t unfit_ = 0;
};

}  // namespace outspan::capture
