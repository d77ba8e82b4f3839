#include "text/unescape.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "text/byte_class.h"
#include "text/coded_words.h"
#include "text/entities.h"
#include "text/fold.h"
#include "text/hex.h"
#include "text/utf8.h"

namespace outspan::text {
namespace {

constexpr int kRounds = 3;

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

/// The escape at the beginning of `text`: appends what it stands for to `out` and gives its length;
/// 0: none, and nothing was appended.
std::size_t percent(std::string_view text, Out& out) {
  if (const auto byte = hex_number(text, 1, 2)) {
    out.push_back(static_cast<char>(*byte));
    return 3;
  }
  if (text.size() > 1 && (text[1] == 'u' || text[1] == 'U')) {
    if (const auto code = hex_number(text, 2, 4)) {
      append_utf8(out, *code);
      return 6;
    }
  }
  return 0;
}

std::size_t unicode_escape(std::string_view text, Out& out) {
  if (text.size() > 3 && text[2] == '{') {  // JavaScript: \u{1F600}
    const std::size_t end = text.substr(0, 10).find('}');
    if (end == std::string_view::npos || end == 3) return 0;
    const auto code = hex_number(text, 3, end - 3);
    if (!code) return 0;
    append_utf8(out, *code);
    return end + 1;
  }
  const auto high = hex_number(text, 2, 4);
  if (!high) return 0;
  if (*high >= 0xd800 && *high < 0xdc00 && text.size() > 7 && text[6] == '\\' && text[7] == 'u') {
    const auto low = hex_number(text, 8, 4);
    if (low && *low >= 0xdc00 && *low < 0xe000) {
      append_utf8(out, 0x10000 + ((*high & 0x3ff) << 10 | (*low & 0x3ff)));
      return 12;
    }
  }
  append_utf8(out, *high);
  return 6;
}

std::size_t backslash(std::string_view text, Out& out) {
  if (text.size() < 2) return 0;
  switch (text[1]) {
    case 'u': return unicode_escape(text, out);
    case 'x':
      if (const auto byte = hex_number(text, 2, 2)) {
        out.push_back(static_cast<char>(*byte));
        return 4;
      }
      return 0;
    case '/':
    case '"':
    case '\'':
    case '\\': out.push_back(text[1]); return 2;
    case 'n': out.push_back('\n'); return 2;
    case 'r': out.push_back('\r'); return 2;
    case 't': out.push_back('\t'); return 2;
    case 'b':
    case 'f': out.push_back(' '); return 2;
    default: return 0;
  }
}

std::size_t numeric_entity(std::string_view text, Out& out) {
  const bool hex = text.size() > 2 && (text[2] == 'x' || text[2] == 'X');
  const std::size_t first = hex ? 3 : 2;
  std::size_t at = first;
  std::uint32_t code = 0;
  for (; at < text.size() && at < first + 8; ++at) {
    const std::uint32_t base = hex ? 16 : 10;
    if (hex_value(text[at]) >= base) break;
    code = code * base + hex_value(text[at]);
  }
  if (at == first || code == 0) return 0;
  append_utf8(out, code);
  // Browsers take a missing semicolon.
  return at < text.size() && text[at] == ';' ? at + 1 : at;
}

std::size_t entity(std::string_view text, Out& out) {
  if (text.size() > 1 && text[1] == '#') return numeric_entity(text, out);
  const std::size_t end = text.substr(0, 12).find(';');
  if (end == std::string_view::npos || end < 3) return 0;
  const std::uint32_t code = named_entity(text.substr(1, end - 1));
  if (code == 0) return 0;
  append_utf8(out, code);
  return end + 1;
}

std::size_t append(CodedWord word, Out& out) noexcept {
  if (word.length > 0) out.end += word.size;
  return word.length;
}

std::size_t escape_at(std::string_view text, std::size_t at, EscapeLeads leads, Out& out) {
  switch (text[at]) {
    case '%': return percent(text.substr(at), out);
    case '\\': return backslash(text.substr(at), out);
    case '&': return entity(text.substr(at), out);
    case ':': return append(ldif_value(text, at, out.end), out);
    case '=': return append(quoted_printable(text, at, out.end), out);
    default: break;  // `+`
  }
  if (!leads.plus) return append(utf7_word(text, at, out.end), out);
  out.push_back(' ');
  return 1;
}

/// A lead that was refused this close to an escape may be one once that is undone.
constexpr std::size_t kLongestEscape = 12;

enum class Layer : std::uint8_t {
  none,  ///< no escapes; `out` and `escapes` are empty
  last,  ///< what was made holds no escape
  more,  ///< what was made may hold escapes
};

/// Whether some of the bytes may begin an escape.
bool has_lead(const char* begin, const char* end) noexcept {
  return std::any_of(begin, end,
                     [](char c) { return c == '%' || c == '\\' || c == '&' || c == '+'; });
}

Layer undo_layer(std::string_view text, EscapeLeads which, Unescaper::Text& made,
                 std::vector<Escape>& escapes) {
  escapes.clear();
  made.size = 0;
  EscapeScan leads(as_bytes(text), which);
  std::size_t at = leads.next(0);
  if (at == text.size()) return Layer::none;
  if (made.bytes.size() < coded_growth(text.size())) made.bytes.resize(coded_growth(text.size()));
  char* const begin = made.bytes.data();
  Out out{begin};
  const auto copy = [&out, text](std::size_t from, std::size_t to) {
    std::memcpy(out.end, text.data() + from, to - from);
    out.end += to - from;
  };
  Layer layer = Layer::last;
  std::size_t copied = 0;
  std::size_t refused = std::string_view::npos;  // the last lead that was no escape
  while (at < text.size()) {
    copy(copied, at);
    copied = at;
    char* const instead = out.end;
    const std::size_t length = escape_at(text, at, which, out);
    if (length == 0) {
      refused = at;
      at = leads.next(at + 1);
      continue;
    }
    // A new lead, or another text behind an old one.
    if (has_lead(instead, out.end) ||
        (refused != std::string_view::npos && at - refused < kLongestEscape))
      layer = Layer::more;
    escapes.push_back({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + length),
                       static_cast<std::uint32_t>(instead - begin),
                       static_cast<std::uint32_t>(out.end - begin)});
    copied = at + length;
    at = leads.next(copied);
  }
  if (escapes.empty()) return Layer::none;
  copy(copied, text.size());
  made.size = static_cast<std::size_t>(out.end - begin);
  return layer;
}

/// `first` leads from raw to a middle text, `second` from there to the last: the list that leads
/// from raw to the last. Ranges that touch each other's are united.
void compose(const std::vector<Escape>& first, const std::vector<Escape>& second,
             std::vector<Escape>& out) {
  out.clear();
  std::size_t i = 0;
  std::size_t j = 0;
  // In plain stretches: raw = middle + to_raw, last = middle + to_last (modulo 2^32).
  std::uint32_t to_raw = 0;
  std::uint32_t to_last = 0;
  while (i < first.size() || j < second.size()) {
    const std::uint32_t begin = std::min(i < first.size() ? first[i].text_begin : UINT32_MAX,
                                         j < second.size() ? second[j].raw_begin : UINT32_MAX);
    std::uint32_t end = begin;
    const Escape united{begin + to_raw, 0, begin + to_last, 0};
    for (bool grew = true; grew;) {
      grew = false;
      if (i < first.size() && (first[i].text_begin < end || first[i].text_begin == begin)) {
        end = std::max(end, first[i].text_end);
        to_raw = first[i].raw_end - first[i].text_end;
        ++i;
        grew = true;
      }
      if (j < second.size() && (second[j].raw_begin < end || second[j].raw_begin == begin)) {
        end = std::max(end, second[j].raw_end);
        to_last = second[j].text_end - second[j].raw_end;
        ++j;
        grew = true;
      }
    }
    out.push_back({united.raw_begin, end + to_raw, united.text_begin, end + to_last});
  }
}

}  // namespace

bool Unescaper::run(std::string_view raw, EscapeMode mode) {
  const bool escaped = undo_layers(raw, mode);
  const std::string_view unfolded = escaped ? text() : raw;
  if (ascii_bytes(as_bytes(unfolded)) == unfolded.size()) return escaped;
  if (!fold(unfolded, next_text_.bytes, next_text_.size, next_escapes_)) return escaped;
  if (escaped)
    compose(escapes_, next_escapes_, merged_);
  else
    std::swap(next_escapes_, merged_);
  std::swap(escapes_, merged_);
  std::swap(text_, next_text_);
  return true;
}

bool Unescaper::undo_layers(std::string_view raw, EscapeMode mode) {
  const bool form = mode == EscapeMode::form;
  const EscapeLeads leads{.plus = form, .equals = !form && is_quoted_printable(raw)};
  Layer layer = undo_layer(raw, leads, text_, escapes_);
  if (layer == Layer::none) return false;
  for (int round = 1; round < kRounds && layer == Layer::more; ++round) {
    layer = undo_layer(text(), {}, next_text_, next_escapes_);
    if (layer == Layer::none) break;
    compose(escapes_, next_escapes_, merged_);
    std::swap(escapes_, merged_);
    std::swap(text_, next_text_);
  }
  return true;
}

}  // namespace outspan::text
