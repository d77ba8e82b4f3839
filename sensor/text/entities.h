#pragma once

#include <cstdint>
#include <string_view>

namespace outspan::text {

/// The code point of a named HTML entity, without `&` and `;`; 0: not one of the common ones (those
/// that stand for ASCII, for blanks, and for the letters of Latin-1).
std::uint32_t named_entity(std::string_view name) noexcept;

}  // namespace outspan::text
