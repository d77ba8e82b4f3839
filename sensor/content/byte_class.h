#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/bytes.h"

/// Where the bytes of a class are, 64 at a time. Chosen at run time: AVX2 or plain code.
namespace outspan::content {

/// Letters, digits, `+`, `/`, `-`, `_`: the alphabets of base64 and base64url.
bool is_base64_char(std::uint8_t byte) noexcept;

/// Position of the first run of at least `length` (17 to 32) such bytes, or of the run that the
/// bytes end with, however short; size if neither is there.
std::size_t find_base64_run(Bytes bytes, std::size_t length) noexcept;
std::size_t find_base64_run_scalar(Bytes bytes, std::size_t length) noexcept;

/// How many bytes at the beginning are of the base64 alphabets.
std::size_t base64_span(Bytes bytes) noexcept;

/// Position of the first `%`, `\`, `&` (or `+`, when `plus`) at or behind `from`; size if none.
std::size_t find_escape(Bytes bytes, std::size_t from, bool plus) noexcept;
std::size_t find_escape_scalar(Bytes bytes, std::size_t from, bool plus) noexcept;

}  // namespace outspan::content
