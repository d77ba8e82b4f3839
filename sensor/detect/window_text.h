#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "protocol/object.h"

/// What detection and the look-up of exact values both have to know of a window.
namespace outspan::detect {

/// The sender and the receivers of a mail are reported with the event; they are not what it
/// carries. The number of the envelope (protocol::Participant) that has the address; nullopt: none
/// has. `address` is canonical.
std::optional<std::uint32_t> envelope_with(const protocol::ObjectInfo& info,
                                           std::string_view address) noexcept;

}  // namespace outspan::detect
