#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/bytes.h"

namespace outspan::text {

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

/// Values by character; kNotBase64: it is none.
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

/// Value of a character, 64 or more if it is none.
constexpr std::uint8_t base64_value(std::uint8_t c) noexcept { return kBase64Values[c]; }
constexpr std::uint8_t base64_value(char c) noexcept {
  return kBase64Values[static_cast<std::uint8_t>(c)];
}

/// What the characters at the beginning stand for, up to the first that is not of the alphabets.
std::string decode_base64(std::string_view text);
/// As RFC 4648, section 4 has it: padded, nothing foreign in it; nullopt: it is not.
std::optional<std::string> decode_strict_base64(std::string_view text);

}  // namespace outspan::text
