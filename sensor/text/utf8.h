#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/bytes.h"

namespace outspan::text {

inline constexpr std::uint32_t kReplacementCharacter = 0xfffd;
inline constexpr std::string_view kReplacement = "\xef\xbf\xbd";

/// Whether a byte goes on a character, and whether it begins one of several bytes.
constexpr bool continues(char c) noexcept { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }
constexpr bool leads(char c) noexcept { return static_cast<unsigned char>(c) >= 0xc0; }

/// Appends a code point as UTF-8; U+FFFD for surrogates and for what is no code point.
template <class String>
void append_utf8(String& out, std::uint32_t code) {
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) code = kReplacementCharacter;
  const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | code >> 6);
    put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3f));
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  }
}

/// A character and how many bytes it takes; `size` 0: there is none.
struct Character {
  std::uint32_t code = 0;
  std::size_t size = 0;
};
/// The character at `at`, which is in `text` (RFC 3629, section 4: shortest form, no surrogates,
/// nothing above U+10FFFF).
Character character_at(std::string_view text, std::size_t at) noexcept;

/// Bytes of the character that `text`, which is not empty, begins with. One that the end cuts
/// counts as far as it goes; 0: no character begins so.
std::size_t character_bytes(std::string_view text) noexcept;

/// Size of the first bytes that are whole characters; all of them in valid UTF-8.
std::size_t utf8_span(std::string_view text) noexcept;

/// All of it is printable text. The end may cut a character.
bool looks_like_text(Bytes bytes) noexcept;

/// UTF-16 as documents of Windows hold it: little-endian; an odd byte at the end is left out.
std::string utf8_of_utf16(std::string_view bytes);

/// Whether a character hides or turns the direction of others in a terminal or a log: controls (C0,
/// C1, DEL), line and paragraph separators, marks of direction and of byte order.
bool is_harmful_to_show(std::uint32_t code) noexcept;

}  // namespace outspan::text
