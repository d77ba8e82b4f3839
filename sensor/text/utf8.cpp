#include "text/utf8.h"

#include <algorithm>
#include <cstring>

#include "text/ascii.h"

namespace outspan::text {

Character character_at(std::string_view text, std::size_t at) noexcept {
  const auto byte = [&](std::size_t i) -> std::uint32_t {
    return static_cast<std::uint8_t>(text[at + i]);
  };
  const std::uint32_t first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || size > text.size() - at) return {};
  std::uint32_t code = first & (0xffU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if (!continues(text[at + i])) return {};
    code = code << 6 | (byte(i) & 0x3f);
  }
  if (size == 3 && (code < 0x800 || (code >= 0xd800 && code <= 0xdfff))) return {};
  if (size == 4 && (code < 0x10000 || code > 0x10ffff)) return {};
  return {code, size};
}

std::size_t character_bytes(std::string_view text) noexcept {
  const auto first = static_cast<std::uint8_t>(text[0]);
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (size <= text.size()) return character_at(text, 0).size;
  return std::all_of(text.begin() + 1, text.end(), continues) ? text.size() : 0;
}

std::size_t utf8_span(std::string_view text) noexcept {
  constexpr std::uint64_t kHighBits = 0x8080808080808080;
  for (std::size_t at = 0; at < text.size();) {
    std::uint64_t word = kHighBits;
    if (text.size() - at >= 8) std::memcpy(&word, text.data() + at, 8);
    if ((word & kHighBits) == 0) {
      at += 8;
      continue;
    }
    const std::size_t size = character_at(text, at).size;
    if (size == 0) return at;
    at += size;
  }
  return text.size();
}

bool looks_like_text(Bytes bytes) noexcept {
  for (std::string_view text = as_text(bytes); !text.empty();) {
    if (is_printable(text[0])) {
      text.remove_prefix(1);
      continue;
    }
    const std::size_t size = is_ascii(text[0]) ? 0 : character_bytes(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::string utf8_of_utf16(std::string_view bytes) {
  const auto unit = [bytes](std::size_t at) {
    return static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes[at]) |
                                      static_cast<std::uint8_t>(bytes[at + 1]) << 8);
  };
  std::string out;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    std::uint32_t c = unit(i);
    const bool high = c >= 0xd800 && c < 0xdc00;
    if (high && i + 3 < bytes.size() && (unit(i + 2) & 0xfc00) == 0xdc00) {
      c = 0x10000 + ((c - 0xd800) << 10) + (unit(i + 2) & 0x3ff);
      i += 2;
    }
    append_utf8(out, c);
  }
  return out;
}

bool is_harmful_to_show(std::uint32_t code) noexcept {
  return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x2028 || code == 0x2029 ||
         (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) ||
         code == 0x200e || code == 0x200f || code == 0x061c || code == 0xfeff;
}

}  // namespace outspan::text
