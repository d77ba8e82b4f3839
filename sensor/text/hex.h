#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/bytes.h"

/// Hexadecimal digits (RFC 4648, section 8), of either case when read.
namespace outspan::text {

/// kHexValues and hex_value() of what is no digit.
inline constexpr std::uint8_t kNotHex = 0xff;
inline constexpr std::array<std::uint8_t, 256> kHexValues = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNotHex);
  for (std::uint8_t digit = 0; digit < 10; ++digit) values['0' + digit] = digit;
  for (std::uint8_t digit = 10; digit < 16; ++digit)
    values['a' + digit - 10] = values['A' + digit - 10] = digit;
  return values;
}();

constexpr std::uint8_t hex_value(std::uint8_t c) noexcept { return kHexValues[c]; }
constexpr std::uint8_t hex_value(char c) noexcept {
  return kHexValues[static_cast<std::uint8_t>(c)];
}
constexpr bool is_hex_digit(char c) noexcept { return hex_value(c) != kNotHex; }

/// The byte that two digits stand for; -1: they are none.
template <class Character>
constexpr int hex_byte(Character high, Character low) noexcept {
  return (hex_value(high) | hex_value(low)) > 15 ? -1 : hex_value(high) << 4 | hex_value(low);
}

/// Decodes hexadecimal digits from any pieces, as Base64Decoder does.
class HexDecoder {
 public:
  struct Step {
    std::size_t consumed = 0;
    std::size_t produced = 0;
  };
  /// Decodes up to the first byte that is no digit, or as far as `out` holds.
  Step run(Bytes in, std::span<std::uint8_t> out) noexcept;
  void reset() noexcept { high_ = kNotHex; }

 private:
  std::uint8_t high_ = kNotHex;  // the first digit of a pair
};

inline constexpr std::string_view kHexDigits = "0123456789abcdef";
std::string to_hex(Bytes bytes);
/// Sixteen digits.
std::string to_hex(std::uint64_t number);

/// Each `lead` with two digits after it becomes their byte: percent-encoding (RFC 3986, 2.1) and
/// its like.
std::string decode_hex_pairs(std::string_view text, char lead);

}  // namespace outspan::text
