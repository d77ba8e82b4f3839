#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "content/text.h"

/// What detection and the look-up of exact values both have to know of a window.
namespace outspan::detect {

/// Position in the raw text of a position in the unescaped one. Inside an escape it is the
/// escape's beginning, or its end where the end of a value is asked for.
std::uint32_t raw_position(std::span<const content::Escape> escapes, std::uint32_t at,
                           bool of_end) noexcept;

/// The sender and the receivers of a mail are told with the event; they are not what it carries.
/// `address` is canonical.
bool is_participant(const protocol::ObjectInfo& info, std::string_view address) noexcept;

}  // namespace outspan::detect
