#include "text/coded_words.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "text/ascii.h"
#include "text/base64.h"
#include "text/hex.h"
#include "text/utf8.h"

namespace outspan::text {
namespace {

constexpr std::size_t kLongestWord = 400;
/// Behind them come the scripts of which a text has long words only.
constexpr std::uint32_t kLastUnit = 0x20ff;

struct Out {
  char* end;
  void push_back(char c) noexcept { *end++ = c; }
};

/// UTF-7 has the alphabet of base64, without that of base64url.
bool is_utf7(char c) noexcept { return c != '-' && c != '_' && base64_value(c) < 64; }

bool is_control(std::uint32_t code) noexcept {
  return (code < 0x20 && code != '\t' && code != '\r' && code != '\n') || code == 0x7f;
}

/// The value behind `::` begins a line: only a name is in front.
bool names_attribute(std::string_view before) noexcept {
  std::size_t begin = before.size();
  while (begin > 0 && before.size() - begin < 80 &&
         (is_alnum(before[begin - 1]) || before[begin - 1] == '-' || before[begin - 1] == ';'))
    --begin;
  return begin < before.size() && (begin == 0 || before[begin - 1] == '\n');
}

/// Length of a line end with the blank that folds the line (RFC 2849, note 2); 0: none.
std::size_t fold(std::string_view rest) noexcept {
  const std::size_t end = rest.starts_with("\r\n") ? 2 : rest.starts_with("\n") ? 1 : 0;
  return end > 0 && rest.size() > end && rest[end] == ' ' ? end + 1 : 0;
}

bool ends_with_word(std::string_view text, std::string_view word) noexcept {
  return text.size() >= word.size() &&
         equals_ignoring_case(text.substr(text.size() - word.size()), word);
}

bool is_vcard_parameter(std::string_view before) noexcept {
  // Asked for every equals sign: most stand after something else.
  if (before.empty() || std::string_view("TGEtge").find(before.back()) == std::string_view::npos)
    return false;
  return ends_with_word(before, "CHARSET") || ends_with_word(before, "ENCODING") ||
         ends_with_word(before, "TYPE") || ends_with_word(before, "LANGUAGE");
}

/// Length of a soft line break behind `=`; 0: none.
std::size_t soft_break(std::string_view rest) noexcept {
  if (rest.empty() || static_cast<unsigned char>(rest[0]) > ' ') return 0;
  const std::size_t blanks = rest.substr(0, 64).find_first_not_of(" \t");
  if (blanks == std::string_view::npos) return 0;
  rest.remove_prefix(blanks);
  return rest.starts_with("\r\n") ? blanks + 2 : rest.starts_with("\n") ? blanks + 1 : 0;
}

/// The byte that two digits behind `=` stand for; -1: no digits.
int coded_byte(std::string_view rest) noexcept {
  return rest.size() < 2 ? -1 : hex_byte(rest[0], rest[1]);
}

/// Escapes of quoted-printable with nothing but blanks and line ends between them.
///
/// Nobody has to encode letters and digits: in a short row ("x=42&y=24") those are values of
/// something else. Only who encodes every character does so.
class CodedRow {
 public:
  /// The escape at `at`; `word`: of a letter or digit. Whether the rows before were plausible.
  bool add(std::string_view text, std::size_t at, bool word) noexcept {
    if (!goes_on(text, at)) {
      plausible_ = plausible();
      size_ = 0;
      words_ = false;
    }
    ++size_;
    words_ = words_ || word;
    end_ = at + 3;
    return plausible_;
  }
  void soft_break(std::string_view text, std::size_t at, std::size_t length) noexcept {
    if (goes_on(text, at)) end_ = at + 1 + length;
  }
  /// Of all rows so far.
  [[nodiscard]] bool plausible() const noexcept {
    return plausible_ && (!words_ || size_ >= kMinSize);
  }

 private:
  static constexpr std::uint32_t kMinSize = 8;

  [[nodiscard]] bool goes_on(std::string_view text, std::size_t at) const noexcept {
    return size_ > 0 &&
           text.substr(end_, at - end_).find_first_not_of(" \t\r\n") == std::string_view::npos;
  }

  std::uint32_t size_ = 0;
  std::size_t end_ = 0;
  bool words_ = false;
  bool plausible_ = true;
};

}  // namespace

CodedWord utf7_word(std::string_view text, std::size_t at, std::size_t longest,
                    char* out) noexcept {
  const std::string_view rest = text.substr(at + 1, std::min(longest, kLongestWord));
  CodedWord word{1, 0, 1};
  std::uint32_t bits = 0;
  std::uint32_t count = 0;
  Out written{out};
  std::size_t i = 0;
  for (; i < rest.size() && is_utf7(rest[i]); ++i) {
    bits = bits << 6 | base64_value(rest[i]);
    count += 6;
    if (count < 16) continue;
    count -= 16;
    const std::uint32_t unit = bits >> count & 0xffff;
    if (unit == 0 || unit > kLastUnit || is_control(unit)) return {0, 0, i};
    append_utf8(written, unit);
  }
  word.read = i;
  word.size = static_cast<std::size_t>(written.end - out);
  if (word.size == 0 || count >= 6 || (bits & ((1U << count) - 1)) != 0) return {0, 0, i};
  word.length += i;
  if (i < rest.size() && rest[i] == '-') ++word.length;
  return word;
}

Concatenation concatenation(std::string_view text, std::size_t at) noexcept {
  constexpr std::size_t kBlanks = 8;
  std::size_t begin = at;
  while (begin > 0 && at - begin < kBlanks && is_space(text[begin - 1])) --begin;
  std::size_t end = at + 1;
  while (end < text.size() && end - at <= kBlanks && is_space(text[end])) ++end;
  if (begin == 0 || end == text.size() || text[begin - 1] != text[end]) return {};
  if (text[end] != '"' && text[end] != '\'') return {};
  return {at - begin + 1, end + 1 - at};
}

CodedWord ldif_value(std::string_view text, std::size_t at, char* out) noexcept {
  if (!names_attribute(text.substr(0, at))) return {};
  std::size_t i = at + 2;
  while (i < text.size() && text[i] == ' ') ++i;
  std::array<std::uint8_t, kLongestWord> digits;
  std::size_t count = 0;
  std::size_t padding = 0;
  while (i < text.size() && count < digits.size()) {
    if (const std::size_t folded = fold(text.substr(i))) {
      i += folded;
    } else if (text[i] == '=') {
      ++padding;
      ++i;
    } else if (padding == 0 && is_utf7(text[i])) {
      digits[count++] = static_cast<std::uint8_t>(text[i++]);
    } else {
      break;
    }
  }
  const bool line_ends = i == text.size() || text[i] == '\r' || text[i] == '\n';
  if (!line_ends || count < 2 || (count + padding) % 4 != 0) return {};
  std::array<std::uint8_t, kLongestWord> decoded;
  Base64Decoder decoder;
  std::size_t size = decoder.run(Bytes(digits).first(count), decoded).produced;
  size += decoder.finish(std::span(decoded).subspan(size));
  if (!looks_like_text(Bytes(decoded).first(size))) return {};
  out[0] = ':';
  out[1] = ' ';
  std::memcpy(out + 2, decoded.data(), size);
  return {i - at, size + 2, i - at};
}

bool is_quoted_printable(std::string_view text) noexcept {
  CodedRow row;
  std::size_t found = 0;
  for (std::size_t at = text.find('='); at != std::string_view::npos; at = text.find('=', at + 1)) {
    const std::string_view rest = text.substr(at + 1);
    if (is_vcard_parameter(text.substr(0, at))) continue;
    if (rest.size() < 2) break;  // the window cuts it
    if (const std::size_t length = soft_break(rest); length > 0) {
      row.soft_break(text, at, length);
    } else {
      const int byte = coded_byte(rest);
      if (byte < 0 || is_control(static_cast<std::uint32_t>(byte))) return false;
      if (!row.add(text, at, is_alnum(static_cast<char>(byte)))) return false;
    }
    ++found;
  }
  return found > 0 && row.plausible();
}

CodedWord quoted_printable(std::string_view text, std::size_t at, char* out) noexcept {
  if (is_vcard_parameter(text.substr(0, at))) return {};
  const std::string_view rest = text.substr(at + 1);
  if (const std::size_t length = soft_break(rest)) return {length + 1, 0, length + 1};
  const int byte = coded_byte(rest);
  if (byte < 0) return {};
  out[0] = static_cast<char>(byte);
  return {3, 1, 3};
}

}  // namespace outspan::text
