#include "content/codes/run_borders.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "content/codes/run_judge.h"
#include "text/byte_class.h"
#include "text/coded_character.h"
#include "text/hex.h"

namespace outspan::content {

std::size_t escape_length(Bytes text, std::size_t at) noexcept {
  std::array<char, text::kCharacterBytes> out{};
  return std::max<std::size_t>(text::coded_character(as_text(text.subspan(at)), out.data()).length,
                               1);
}

bool begins_hex_literal(Bytes text, std::size_t at) noexcept {
  if (text[at] != '\\') return false;
  const std::string_view digits = as_text(text.subspan(at)).substr(1, kMinHex + 1);
  return digits.size() > kMinHex && digits[0] == 'x' &&
         std::all_of(digits.begin() + 1, digits.end(), text::is_hex_digit);
}

std::size_t begin_over_escapes(Bytes text, std::size_t from, std::size_t found) noexcept {
  constexpr std::size_t kFarthest = 128;
  const auto is_of_escape = [](char c) {
    return text::leads_character(c) || std::string_view("#;{}").find(c) != std::string_view::npos ||
           text::is_base64_char(static_cast<std::uint8_t>(c));
  };
  const auto ends_escape = [](char c) { return text::leads_character(c) || c == ';' || c == '}'; };
  const auto before = [text](std::size_t at) { return static_cast<char>(text[at - 1]); };
  if (found == from || !ends_escape(before(found)) || begins_hex_literal(text, found - 1))
    return found;
  std::size_t begin = found;
  while (begin > from && found - begin < kFarthest && is_of_escape(before(begin))) --begin;
  while (begin < found && is_of_escape(static_cast<char>(text[begin])) &&
         !text::leads_character(static_cast<char>(text[begin])) &&
         !text::is_base64_char(text[begin]))
    ++begin;
  return begin;
}

bool lengths_differ(Bytes text, std::size_t length) noexcept {
  constexpr std::size_t kLongWord = 8;  // longer ones are pieces
  bool shorter = false;
  std::size_t gap = 0;
  for (std::size_t at = 0; at < text.size() && gap <= kRunGapMax;) {
    if (text::leads_character(static_cast<char>(text[at]))) {
      const std::size_t escape = escape_length(text, at);
      gap += escape;
      at += escape;
      continue;
    }
    const Bytes piece = text.subspan(at, std::min(text.size() - at, length + 1));
    const std::size_t size = text::base64_span(piece);
    if (at + size == text.size() || size == length) return false;
    if (size > kLongWord && (shorter || size > length)) return true;
    shorter = shorter || size > kLongWord;
    gap = size > kLongWord ? 0 : gap + size + 1;
    at += size + 1;
  }
  return false;
}

}  // namespace outspan::content
