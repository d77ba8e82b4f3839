#include "alert/utf8.h"

#include <cstdint>

namespace outspan::alert {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";
constexpr std::string_view kEllipsis = "\xe2\x80\xa6";

struct Decoded {
  std::uint32_t code = 0;
  std::size_t size = 0;  // 0: not a character
};

bool continues(std::string_view text, std::size_t at) noexcept {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
}

/// RFC 3629, section 4: shortest form, no surrogates, nothing above U+10FFFF.
Decoded decode(std::string_view text, std::size_t at) noexcept {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at + i]));
  };
  const std::uint32_t first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return {};
  std::uint32_t code = first & (0xffu >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if (!continues(text, at + i)) return {};
    code = code << 6 | (byte(i) & 0x3f);
  }
  if (size == 3 && (code < 0x800 || (code >= 0xd800 && code <= 0xdfff))) return {};
  if (size == 4 && (code < 0x10000 || code > 0x10ffff)) return {};
  return {code, size};
}

bool harmful(std::uint32_t code) noexcept {
  return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x2028 || code == 0x2029 ||
         (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) ||
         code == 0x200e || code == 0x200f || code == 0x061c;
}

template <class Keep>
std::string cleaned(std::string_view text, Keep keep) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Decoded character = decode(text, at);
    if (character.size != 0 && keep(character.code))
      out += text.substr(at, character.size);
    else
      out += kReplacement;
    at += character.size == 0 ? 1 : character.size;
  }
  return out;
}

}  // namespace

std::string valid_utf8(std::string_view text) {
  return cleaned(text, [](std::uint32_t) { return true; });
}

std::string printable(std::string_view text) {
  return cleaned(text, [](std::uint32_t code) { return !harmful(code); });
}

std::string shortened(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  if (bytes_max < kEllipsis.size()) return {};
  std::size_t end = bytes_max - kEllipsis.size();
  while (end > 0 && continues(text, end)) --end;
  return std::string(text.substr(0, end)).append(kEllipsis);
}

std::size_t width(std::string_view utf8) noexcept {
  std::size_t characters = 0;
  for (std::size_t at = 0; at < utf8.size(); ++at) characters += !continues(utf8, at);
  return characters;
}

}  // namespace outspan::alert
