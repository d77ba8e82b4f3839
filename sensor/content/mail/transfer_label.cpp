#include "content/mail/transfer_label.h"

#include <algorithm>
#include <string>

#include "marks/marks.h"
#include "text/ascii.h"
#include "text/base64.h"
#include "text/charset_guess.h"
#include "text/hex.h"
#include "text/utf8.h"

namespace outspan::content {
namespace {

/// Lines of nothing but base64 are that from here on, whatever they decode to.
constexpr std::size_t kLine = 32;
/// So much of another charset is told from random bytes.
constexpr std::size_t kLegacy = 24;

/// The label without blanks, comments and parameters.
std::string plain_label(std::string_view label) {
  label = text::trimmed(label);
  return text::lower_case(label.substr(0, label.find_first_of(" \t\r\n;(")));
}

/// As Base64Stage decodes it.
std::string decoded(std::string_view text) {
  std::string kept;
  std::ranges::copy_if(text, std::back_inserter(kept),
                       [](char c) { return text::base64_value(c) != text::kNotBase64; });
  return text::decode_base64(kept);
}

/// The first line, and whether it and what follows is all of the alphabet of RFC 2045, not only of
/// digits.
struct Lines {
  std::size_t first = 0;
  bool clean = true;
  bool letters = false;
  bool padded = false;
};
Lines lines_of(std::string_view text) {
  Lines lines;
  lines.first = std::min(text.find_first_of("\r\n"), text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool at_line_end =
        text::is_blank(c) && text::is_space(text[std::min(i + 1, text.size() - 1)]);
    lines.clean &= text::is_alnum(c) || c == '+' || c == '/' || c == '=' || text::is_line_end(c) ||
                   at_line_end;
    lines.letters |= text::is_letter(c);
    lines.padded |= c == '=';
  }
  return lines;
}

bool can_be_base64(Bytes beginning) {
  const std::string_view text = text::trimmed(as_text(beginning));
  if (text.empty()) return true;
  const std::string bytes = decoded(text);
  if (marks::worth_reading(as_bytes(bytes))) return true;
  const Lines lines = lines_of(text);
  if (!lines.clean || !lines.letters) return false;
  if (lines.first >= kLine || lines.padded) return true;
  const bool one_line = lines.first == text.size() && text.size() % 4 == 0;
  return (one_line || bytes.size() >= kLegacy) &&
         text::guess_encoding(as_bytes(bytes), {}).encoding == text::Encoding::legacy;
}

/// `=` with two digits or in front of a line end.
bool has_quoted_printable(std::string_view text) {
  for (std::size_t at = text.find('='); at != std::string_view::npos; at = text.find('=', at + 1)) {
    const std::string_view rest = text.substr(at + 1, 2);
    if (rest == "\r\n" || rest.starts_with('\n')) return true;
    if (rest.size() == 2 && text::hex_byte(rest[0], rest[1]) >= 0) return true;
  }
  return false;
}

/// A file, and not one that is text as well.
bool is_binary_file(Bytes beginning) {
  return !text::looks_like_text(beginning) &&
         marks::identify(beginning).form != marks::Form::unknown;
}

}  // namespace

Transfer transfer_of(std::string_view label, Bytes beginning) noexcept {
  const std::string name = plain_label(label);
  const bool base64 = name == "base64" || name == "b";
  if (!base64 && name != "quoted-printable" && name != "q") return Transfer::none;
  if (is_binary_file(beginning)) return Transfer::none;
  if (base64 && can_be_base64(beginning)) return Transfer::base64;
  return !base64 || has_quoted_printable(as_text(beginning)) ? Transfer::quoted_printable
                                                             : Transfer::none;
}

}  // namespace outspan::content
