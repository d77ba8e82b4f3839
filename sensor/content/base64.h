#pragma once

#include <cstdint>

#include "core/bytes.h"

namespace outspan::content {

/// Decodes base64 and base64url (RFC 4648) from any pieces. It knows only the alphabets; the caller
/// decides what line ends, padding and strangers mean.
class Base64Decoder {
 public:
  struct Step {
    std::size_t consumed = 0;
    std::size_t produced = 0;
  };
  /// Decodes up to the first byte that is not of the alphabets, or as far as `out` (at least 3
  /// bytes) holds; a started group waits for the next call.
  Step run(Bytes in, std::span<std::uint8_t> out) noexcept;
  /// Padding, or the end: the bytes that an unfinished group still gives (at most 2).
  std::size_t finish(std::span<std::uint8_t> out) noexcept;
  void reset() noexcept { count_ = bits_ = 0; }

 private:
  std::uint32_t bits_ = 0;
  std::uint32_t count_ = 0;  // characters of the group that came
};

/// Value of a character, 64 or more if it is none.
std::uint8_t base64_value(std::uint8_t c) noexcept;
/// Value of a hexadecimal digit, 16 or more if it is none.
std::uint8_t hex_value(std::uint8_t c) noexcept;

}  // namespace outspan::content
