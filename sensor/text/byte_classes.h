#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "text/ascii.h"
#include "text/byte_class.h"
#include "text/hex.h"

/// The classes of bytes that the masks of text_masks.h are made of.
namespace outspan::text {

enum ByteClass : std::uint8_t {
  kDigit,
  kSeparator,
  kLetter,
  kAtSign,
  kValueClasses,  ///< those before it are all that searches for values need
  kCapital = kValueClasses,
  kHexLetter,
  kBase64,
  kLineEnd,
  // Most text has few of these.
  kEscape,  ///< `%`, `\`, `&`
  kColon,
  kPeek,  ///< `+`, `~`, `x`, `X`: what is beside them decides
  kByteClasses
};

constexpr bool is_of(ByteClass which, std::uint8_t byte) noexcept {
  const auto c = static_cast<char>(byte);
  const auto one_of = [c](std::string_view all) { return all.find(c) != std::string_view::npos; };
  switch (which) {
    case kDigit: return is_digit(c);
    case kSeparator: return one_of(" -./()\xc2\xa0");
    case kLetter: return is_letter(c);
    case kAtSign: return c == '@';
    case kCapital: return is_upper(c);
    case kHexLetter: return is_hex_digit(c) && !is_digit(c);
    case kBase64: return is_base64_char(byte);
    case kLineEnd: return c == '\n';
    case kEscape: return one_of("%\\&");
    case kColon: return c == ':';
    case kPeek: return one_of("+~xX");
    case kByteClasses: break;
  }
  return false;
}

/// Eight classes from `first` on, a bit each, of the first bytes.
template <std::size_t size>
constexpr std::array<std::uint8_t, size> class_table(unsigned first) noexcept {
  std::array<std::uint8_t, size> table{};
  for (unsigned byte = 0; byte < size; ++byte)
    for (unsigned bit = 0; bit < 8 && first + bit < kByteClasses; ++bit)
      if (is_of(static_cast<ByteClass>(first + bit), static_cast<std::uint8_t>(byte)))
        table[byte] = static_cast<std::uint8_t>(table[byte] | 1U << bit);
  return table;
}

}  // namespace outspan::text
