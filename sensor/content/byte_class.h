#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/bytes.h"

/// Where the bytes of a class are, 64 at a time. Chosen at run time: AVX2 or plain code.
namespace outspan::content {

/// Letters, digits, `+`, `/`, `-`, `_`: the alphabets of base64 and base64url.
bool is_base64_char(std::uint8_t byte) noexcept;

/// Sets bit i of masks[i / 64] for each byte of the base64 alphabets. `masks` holds (size + 63) /
/// 64 words; bits behind the end are 0.
void base64_masks(Bytes bytes, std::uint64_t* masks) noexcept;
void base64_masks_scalar(Bytes bytes, std::uint64_t* masks) noexcept;

/// Position of the first `%`, `\`, `&` (or `+`, when `plus`) at or behind `from`; size if none.
std::size_t find_escape(Bytes bytes, std::size_t from, bool plus) noexcept;
std::size_t find_escape_scalar(Bytes bytes, std::size_t from, bool plus) noexcept;

}  // namespace outspan::content
