#include "text/coded_character.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "text/ascii.h"
#include "text/entities.h"
#include "text/hex.h"
#include "text/utf8.h"

namespace outspan::text {
namespace {

/// Writes where there is room enough.
struct Out {
  char* end;
  void push_back(char c) noexcept { *end++ = c; }
};

/// The number of exactly `digits` hexadecimal digits at `at`.
std::optional<std::uint32_t> hex_number(std::string_view text, std::size_t at,
                                        std::size_t digits) noexcept {
  if (at + digits > text.size()) return std::nullopt;
  std::uint32_t value = 0;
  for (std::size_t i = at; i < at + digits; ++i) {
    if (!is_hex_digit(text[i])) return std::nullopt;
    value = value << 4 | hex_value(text[i]);
  }
  return value;
}

// Each of these appends what the escape at the beginning of `text` stands for and gives its length;
// 0: there is none, and nothing was appended.

/// Coded over and over, the percent is `%25`.
std::size_t percent(std::string_view text, Out& out) noexcept {
  std::size_t at = 1;
  const auto is_unicode = [text](std::size_t u) {
    return u < text.size() && (text[u] | 0x20) == 'u' && hex_number(text, u + 1, 4);
  };
  while (text.substr(at, 2) == "25" && (hex_number(text, at + 2, 2) || is_unicode(at + 2))) at += 2;
  if (is_unicode(at)) {
    append_utf8(out, *hex_number(text, at + 1, 4));
    return at + 5;
  }
  const auto byte = hex_number(text, at, 2);
  if (!byte) return 0;
  out.push_back(static_cast<char>(*byte));
  return at + 2;
}

/// `text` begins behind the backslash.
std::size_t unicode_escape(std::string_view text, Out& out) noexcept {
  if (text.size() > 2 && text[1] == '{') {  // JavaScript: \u{1F600}
    const std::size_t end = text.substr(0, 9).find('}');
    if (end == std::string_view::npos || end == 2) return 0;
    const auto code = hex_number(text, 2, end - 2);
    if (!code) return 0;
    append_utf8(out, *code);
    return end + 1;
  }
  const bool eight = text[0] == 'U';
  const auto high = hex_number(text, 1, eight ? 8 : 4);
  if (!high) return 0;
  if (*high >= 0xd800 && *high < 0xdc00 && text.substr(5).starts_with("\\u")) {
    const auto low = hex_number(text, 7, 4);
    if (low && *low >= 0xdc00 && *low < 0xe000) {
      append_utf8(out, 0x10000 + ((*high & 0x3ff) << 10 | (*low & 0x3ff)));
      return 11;
    }
  }
  append_utf8(out, *high);
  return eight ? 9 : 5;
}

/// Three octal digits that stand for what a text is made of.
std::size_t octal_escape(std::string_view text, Out& out) noexcept {
  const auto is_octal = [](char c) { return c >= '0' && c <= '7'; };
  if (text.size() < 3 || text[0] > '3' || !std::all_of(text.begin(), text.begin() + 3, is_octal))
    return 0;
  const auto byte = static_cast<char>((text[0] - '0') * 64 + (text[1] - '0') * 8 + (text[2] - '0'));
  if (is_ascii(byte) && !is_printable(byte)) return 0;
  out.push_back(byte);
  return 3;
}

/// `text` begins behind the backslash.
std::size_t behind_backslash(std::string_view text, Out& out) noexcept {
  if (text.empty()) return 0;
  const auto one = [&out](char c) {
    out.push_back(c);
    return std::size_t{1};
  };
  switch (text[0]) {
    case 'u':
    case 'U': return unicode_escape(text, out);
    case 'x': {
      const auto byte = hex_number(text, 1, 2);
      if (byte) one(static_cast<char>(*byte));
      return byte ? 3 : 0;
    }
    case '/':
    case '"':
    case '\'': return one(text[0]);
    case 'n': return one('\n');
    case 'r': return one('\r');
    case 't': return one('\t');
    case 'b':
    case 'f':
    case 'v': return one(' ');
    default: return octal_escape(text, out);
  }
}

/// Coded over and over, a backslash is two, four, eight...
std::size_t backslash(std::string_view text, Out& out) noexcept {
  const std::size_t slashes = std::min(text.find_first_not_of('\\'), text.size());
  if (const std::size_t length = behind_backslash(text.substr(slashes), out))
    return slashes + length;
  if (slashes < 2) return 0;
  out.push_back('\\');
  return slashes;
}

/// `text` begins behind the ampersand, with `#`.
std::size_t numeric_entity(std::string_view text, Out& out) noexcept {
  const bool hex = text.size() > 1 && (text[1] | 0x20) == 'x';
  const std::size_t first = hex ? 2 : 1;
  const std::uint32_t base = hex ? 16 : 10;
  std::size_t at = first;
  std::uint32_t code = 0;
  for (; at < text.size() && code <= 0x10ffff && hex_value(text[at]) < base; ++at)
    code = code * base + hex_value(text[at]);
  if (at == first || code == 0) return 0;
  append_utf8(out, code);
  // Browsers take a missing semicolon.
  return at < text.size() && text[at] == ';' ? at + 1 : at;
}

/// `text` begins behind the ampersand.
std::size_t behind_ampersand(std::string_view text, Out& out) noexcept {
  if (text.starts_with('#')) return numeric_entity(text, out);
  const std::size_t end = text.substr(0, 11).find(';');
  if (end == std::string_view::npos || end < 2) return 0;
  const std::uint32_t code = named_entity(text.substr(0, end));
  if (code == 0) return 0;
  append_utf8(out, code);
  return end + 1;
}

/// Coded over and over, the ampersand is `&amp;`, `&#38;` or `&#x26;`.
std::size_t entity(std::string_view text, Out& out) noexcept {
  std::size_t at = 1;
  for (bool deeper = true; deeper;) {
    deeper = false;
    for (const std::string_view ampersand : {"amp;", "#38;", "#x26;", "#038;"})
      if (text.substr(at).starts_with(ampersand)) {
        at += ampersand.size();
        deeper = true;
      }
  }
  if (const std::size_t length = behind_ampersand(text.substr(at), out)) return at + length;
  if (at == 1) return 0;
  out.push_back('&');
  return at;
}

}  // namespace

CodedCharacter coded_character(std::string_view text, char* out) noexcept {
  Out written{out};
  std::size_t length = 0;
  switch (text[0]) {
    case '%': length = percent(text, written); break;
    case '\\': length = backslash(text, written); break;
    case '&': length = entity(text, written); break;
    default: break;
  }
  return {length, static_cast<std::size_t>(written.end - out)};
}

bool may_be_cut(std::string_view text) noexcept {
  if (text.size() >= kLongestEscape) return false;
  const auto rest_is = [text](std::size_t from, bool (*of)(char)) {
    return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(std::min(from, text.size())),
                       text.end(), of);
  };
  const char kind = text.size() > 1 ? text[1] : '\0';
  switch (text[0]) {
    case '%':
      if (kind == 'u' || kind == 'U') return text.size() < 6 && rest_is(2, is_hex_digit);
      return text.size() < 3 && rest_is(1, is_hex_digit);
    case '\\':
      if (text.size() > 2 && text[2] == '{')
        return kind == 'u' && text.find('}') == std::string_view::npos && rest_is(3, is_hex_digit);
      if (kind == 'u' || kind == 'U')
        return text.size() < (kind == 'u' ? 6 : 10) && rest_is(2, is_hex_digit);
      if (kind == 'x') return text.size() < 4 && rest_is(2, is_hex_digit);
      return text.size() < 2 || (is_digit(kind) && text.size() < 4 && rest_is(1, is_digit));
    case '&':
      return text.find(';') == std::string_view::npos && (kind == '#' || rest_is(1, is_alnum)) &&
             rest_is(2, is_alnum);
    default: return false;
  }
}

void CharacterReader::begin(char lead) noexcept {
  held_[0] = lead;
  size_ = 1;
}

/// The usual ones: false, it is another or not whole.
bool CharacterReader::is_usual(char c) noexcept {
  if (held_[0] == '%' && size_ == 2) {
    const int byte = hex_byte(held_[1], c);
    character_ = static_cast<char>(byte);
    return byte >= 0 && is_ascii(character_);
  }
  if (held_[0] != '\\' || size_ != 1) return false;
  character_ = c == 'n' ? '\n' : c == 'r' ? '\r' : c;
  return c == 'n' || c == 'r' || c == '/';
}

CharacterReader::State CharacterReader::feed(char c) noexcept {
  const bool goes_on = held_[0] == '&' ? is_alnum(c) || (c == '#' && size_ == 1)
                                       : held_[0] == '%' && size_ == 1 && is_hex_digit(c);
  if (goes_on && size_ + 1 < held_.size()) {
    held_[size_++] = c;
    return State::more;
  }
  if (is_usual(c)) return character_read();
  held_[size_++] = c;
  const std::string_view text(held_.data(), size_);
  if (may_be_cut(text)) return State::more;
  std::array<char, kCharacterBytes> out{};
  const CodedCharacter character = coded_character(text, out.data());
  if (character.size != 1 || !is_ascii(out[0]) || character.length + 1 < size_) {
    reset();
    return State::none;
  }
  character_ = out[0];
  if (character.length == size_) return character_read();
  reset();
  return State::over;
}

CharacterReader::State CharacterReader::character_read() noexcept {
  reset();
  if (!leads_character(character_)) return State::done;
  begin(character_);  // coded once more, perhaps
  return State::more;
}

}  // namespace outspan::text
