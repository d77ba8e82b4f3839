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

}  // namespace outspan::capture
