#pragma once

#include <array>
#include <cstdint>
#include <string_view>

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

/// Values by character; kNotBase64, kNotHex: it is none.
inline constexpr std::uint8_t kNotBase64 = 0xff;
inline constexpr std::array<std::uint8_t, 256> kBase64Values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNotBase64);
  std::uint8_t next = 0;
  for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                       "0123456789+/"))
    values[static_cast<std::uint8_t>(c)] = next++;
  values['-'] = 62;
  values['_'] = 63;
  return values;
}();
inline constexpr std::uint8_t kNotHex = 0xff;
inline constexpr std::array<std::uint8_t, 256> kHexValues = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNotHex);
  for (std::uint8_t digit = 0; digit < 10; ++digit) values['0' + digit] = digit;
  for (std::uint8_t digit = 10; digit < 16; ++digit)
    values['a' + digit - 10] = values['A' + digit - 10] = digit;
  return values;
}();

/// Value of a character, 64 or more if it is none.
inline std::uint8_t base64_value(std::uint8_t c) noexcept { return kBase64Values[c]; }
/// Value of a hexadecimal digit, 16 or more if it is none.
inline std::uint8_t hex_value(std::uint8_t c) noexcept { return kHexValues[c]; }

}  // namespace outspan::content
