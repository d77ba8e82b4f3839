#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/bytes.h"

namespace outspan::text {

/// The two alphabets of RFC 4648: A to Z with 2 to 7 (section 6), 0 to 9 with A to V (section 7).
enum class Base32 : std::uint8_t { standard, extended_hex };

inline constexpr std::uint8_t kNotBase32 = 0xff;

/// Value of a character of either case; kNotBase32: it is none.
std::uint8_t base32_value(Base32 alphabet, std::uint8_t c) noexcept;

/// Decodes base32 from any pieces; the caller decides what line ends, padding and strangers mean.
class Base32Decoder {
 public:
  struct Step {
    std::size_t consumed = 0;
    std::size_t produced = 0;
  };
  /// Decodes up to the first byte that is not of the alphabet, or as far as `out` holds.
  Step run(Bytes in, std::span<std::uint8_t> out) noexcept;
  void reset(Base32 alphabet) noexcept {
    alphabet_ = alphabet;
    bits_ = count_ = 0;
  }

 private:
  Base32 alphabet_ = Base32::standard;
  std::uint32_t bits_ = 0;
  std::uint32_t count_ = 0;  // bits that came and gave no byte yet
};

}  // namespace outspan::text
