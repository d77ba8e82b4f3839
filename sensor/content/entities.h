#pragma once

#include <cstdint>
#include <string_view>

namespace outspan::content {

/// The code point of a named HTML entity, without `&` and `;`; 0: not one of the common ones (those
/// that stand for ASCII, for blanks, and for the letters of Latin-1).
std::uint32_t named_entity(std::string_view name) noexcept;

/// Appends a code point as UTF-8; U+FFFD for surrogates and for what is no code point.
template <class String>
void append_utf8(String& out, std::uint32_t code) {
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) code = 0xfffd;
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

}  // namespace outspan::content
