#pragma once

#include <cstdint>
#include <string>

namespace outspan::capture {

/// What the kernel says of a network interface.
enum class LinkState : std::uint8_t {
  up,
  no_carrier,  ///< up, and no cable, or nothing at its other end
  down,
  gone,
};

/// Now. `index` becomes the interface's number: another one is another interface of the same name.
LinkState link_state(const std::string& interface, unsigned& index) noexcept;

/// How an interface treats frames.
struct LinkSettings {
  unsigned mtu = 0;  ///< 0: not known
  /// The kernel, or the interface, puts segments together before they are captured.
  bool merges_segments = false;
};
LinkSettings link_settings(const std::string& interface) noexcept;

}  // namespace outspan::capture
