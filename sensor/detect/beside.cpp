#include "detect/beside.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <string_view>

namespace outspan::detect {
namespace {

/// Runs of digits longer than this are no part of a time.
constexpr std::uint32_t kTimeDigitsMax = 2;
/// … and of an IPv6 or a hardware address.
constexpr std::uint32_t kAddressDigitsMax = 4;
/// How far a run of digits or a word is followed.
constexpr std::uint32_t kRunBytesMax = 32;
constexpr std::uint32_t kExtensionDigitsMax = 7;
constexpr std::size_t kCharacterBytesMax = 4;

constexpr bool beyond_ascii(char c) noexcept { return static_cast<unsigned char>(c) >= 0x80; }

/// The character that ends before `at`; negative: no UTF-8.
UChar32 character_before(TextSpan text, std::size_t at) noexcept {
  const std::size_t from = at - std::min(at, kCharacterBytesMax);
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.bytes.data()) + from;
  auto end = static_cast<std::int32_t>(at - from);
  UChar32 c = 0;
  U8_PREV(bytes, 0, end, c);
  return c;
}

UChar32 character_at(TextSpan text, std::size_t at) noexcept {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.bytes.data()) + at;
  const auto size = static_cast<std::int32_t>(std::min(text.bytes.size() - at, kCharacterBytesMax));
  std::int32_t next = 0;
  UChar32 c = 0;
  U8_NEXT(bytes, next, size, c);
  return c;
}

bool is_word_character(UChar32 c) noexcept {
  if (c < 0) return false;
  switch (u_charType(c)) {
    case U_UPPERCASE_LETTER:
    case U_LOWERCASE_LETTER:
    case U_TITLECASE_LETTER:
    case U_DECIMAL_DIGIT_NUMBER:
    case U_NON_SPACING_MARK: return true;
    default: return false;
  }
}

Edge edge_beside(UChar32 c) noexcept {
  const bool amount = c >= 0 && u_charType(c) == U_CURRENCY_SYMBOL;
  return amount || is_word_character(c) ? Edge::refused : Edge::clear;
}

std::uint32_t digits_before(TextSpan text, std::uint32_t at) noexcept {
  std::uint32_t begin = at;
  while (at - begin < kRunBytesMax && is_digit(text.before(begin))) --begin;
  return at - begin;
}

std::uint32_t digits_at(TextSpan text, std::uint32_t at) noexcept {
  std::uint32_t end = at;
  while (end - at < kRunBytesMax && is_digit(text.after(end))) ++end;
  return end - at;
}

/// Between digits: "12:30" and "2001:db8:12:34" against "12:447911123456".
Edge edge_at_colon(TextSpan text, std::uint32_t colon) noexcept {
  const std::uint32_t left = digits_before(text, colon), right = digits_at(text, colon + 1);
  if (text.after(colon + 1) == '(') return Edge::listed;
  const std::uint32_t longest = std::max(left, right);
  const bool several = text.before(colon - left) == ':' || text.after(colon + 1 + right) == ':';
  const std::uint32_t short_of = several ? kAddressDigitsMax : kTimeDigitsMax;
  return longest <= short_of ? Edge::refused : Edge::listed;
}

/// Between digits: "1'000'000" against "1001'447911123456".
Edge edge_at_apostrophe(TextSpan text, std::uint32_t apostrophe) noexcept {
  constexpr std::uint32_t kThousands = 3;
  const std::uint32_t left = digits_before(text, apostrophe);
  const bool grouped = left <= kThousands && digits_at(text, apostrophe + 1) == kThousands;
  return grouped ? Edge::refused : Edge::listed;
}

/// A hyphen joins words ("tel-4155550132") and parts of ids ("a716-446655440000", "TM-00412977").
Edge edge_after_hyphen(TextSpan text, std::uint32_t hyphen) noexcept {
  const char further = text.before(hyphen);
  if (further == '-' || further == '_') return Edge::joined;
  if (beyond_ascii(further)) return word_before(text, hyphen) ? Edge::joined : Edge::clear;
  if (!is_alnum(further)) return Edge::clear;
  std::uint32_t begin = hyphen;
  bool lower = false;
  for (; hyphen - begin < kRunBytesMax && is_alnum(text.before(begin)); --begin) {
    if (is_digit(text.before(begin))) return Edge::refused;
    lower = lower || is_lower(text.before(begin));
  }
  return lower ? Edge::joined : Edge::refused;
}

/// "x3179", "ext. 11", "int:7", "p9988" (a pause before dialling) and the like from `at` on, and
/// nothing of a word behind it.
bool extension_at(TextSpan text, std::uint32_t at) noexcept {
  static constexpr std::string_view kNames[] = {"extension", "extensión", "extn", "ext",   "xtn",
                                                "xt",        "x",         "int",  "anexo", "poste",
                                                "dw",        "доб",       "p",    "w"};
  const auto starts = [&](std::string_view name) {
    for (std::size_t i = 0; i < name.size(); ++i)
      if (to_lower(text.after(at + i)) != name[i]) return false;
    return true;
  };
  const auto* name = std::find_if(std::begin(kNames), std::end(kNames), starts);
  if (name == std::end(kNames)) return false;
  at += static_cast<std::uint32_t>(name->size());
  for (int i = 0; i < 2 && std::string_view(".:= #").find(text.after(at)) != std::string_view::npos;
       ++i)
    ++at;
  const std::uint32_t digits = digits_at(text, at);
  return digits > 0 && digits <= kExtensionDigitsMax && !is_word(text.after(at + digits));
}

/// The number is the name of an account: "sip:4155550132@…", "447911123456@s.whatsapp.net".
bool names_account(TextSpan text, std::uint32_t at_sign) noexcept {
  static constexpr std::string_view kHosts[] = {"s.whatsapp.net", "c.us", "g.us"};
  static constexpr std::string_view kSchemes[] = {"sip:", "sips:", "tel:"};
  const std::string_view host = text.bytes.substr(at_sign + 1, 16);
  std::uint32_t begin = at_sign;
  while (at_sign - begin < kRunBytesMax &&
         std::string_view("0123456789+-.()").find(text.before(begin)) != std::string_view::npos)
    --begin;
  const std::string_view before = text.bytes.substr(0, begin);
  return std::any_of(std::begin(kHosts), std::end(kHosts),
                     [host](std::string_view name) { return host.starts_with(name); }) ||
         std::any_of(std::begin(kSchemes), std::end(kSchemes),
                     [before](std::string_view scheme) { return before.ends_with(scheme); });
}

Edge edge_at_dot(TextSpan text, std::uint32_t dot) noexcept {
  const char next = text.after(dot + 1);
  if (is_digit(next)) return zero_fraction_size(text, dot) != 0 ? Edge::clear : Edge::refused;
  // The end of a sentence, or of one without a blank behind it.
  if (!is_letter(next) || (is_upper(next) && is_lower(text.after(dot + 2)))) return Edge::clear;
  return document_extension_at(text, dot) ? Edge::clear : Edge::joined;
}

}  // namespace

bool beside::ends_word(TextSpan text, std::size_t at) noexcept {
  return is_word_character(character_before(text, at));
}

bool beside::begins_word(TextSpan text, std::size_t at) noexcept {
  return is_word_character(character_at(text, at));
}

Edge beside::edge_before(TextSpan text, std::uint32_t at) noexcept {
  const char c = text.before(at);
  if (beyond_ascii(c)) return edge_beside(character_before(text, at));
  if (is_alnum(c)) {
    if (control_sequence_before(text, at)) return Edge::clear;
    return glued_word_before(text, at) ? Edge::joined : Edge::refused;
  }
  const char further = at >= 2 ? text.bytes[at - 2] : '\0';
  switch (c) {
    case '%':
    case '$': return Edge::refused;
    case '.': return is_letter(further) || beyond_ascii(further) ? Edge::joined : Edge::refused;
    case '#': return further == '&' ? Edge::refused : Edge::joined;
    case '_':
    case '/':
    case '\\':
    case '@':
    case '&':
    case '~': return Edge::joined;
    case '-': return edge_after_hyphen(text, at - 1);
    case '+': return word_before(text, at - 1) ? Edge::refused : Edge::clear;
    case '\'': return is_digit(further) ? edge_at_apostrophe(text, at - 1) : Edge::clear;
    case ',': return is_digit(further) ? Edge::listed : Edge::clear;
    case ':': return is_digit(further) ? edge_at_colon(text, at - 1) : Edge::clear;
    default: return Edge::clear;
  }
}

Edge beside::edge_after(TextSpan text, std::uint32_t at) noexcept {
  const char c = text.after(at);
  if (beyond_ascii(c))
    return extension_at(text, at) ? Edge::clear : edge_beside(character_at(text, at));
  const char further = text.after(at + 1);
  if (is_alnum(c)) {
    if (extension_at(text, at)) return Edge::clear;
    // The next word without a blank: "4155550132Fax".
    return is_upper(c) && is_lower(further) ? Edge::joined : Edge::refused;
  }
  switch (c) {
    case '%':
    case '$': return Edge::refused;
    case '_':
    case '\\': return Edge::joined;
    case '@': return names_account(text, at) ? Edge::clear : Edge::joined;
    case '-':
      if (is_digit(further)) return Edge::refused;
      return !is_letter(further) || extension_at(text, at + 1) ? Edge::clear : Edge::joined;
    case '/': return is_alnum(further) ? Edge::joined : Edge::clear;
    case '+': return is_alnum(further) ? Edge::refused : Edge::clear;
    case '=': return is_alnum(further) ? Edge::joined : Edge::clear;
    case '.': return edge_at_dot(text, at);
    case '\'': return is_digit(further) ? edge_at_apostrophe(text, at) : Edge::clear;
    case ':': return is_digit(further) ? edge_at_colon(text, at) : Edge::clear;
    default: return Edge::clear;
  }
}

bool control_sequence_before(TextSpan text, std::size_t at) noexcept {
  static constexpr std::size_t kSequenceBytesMax = 16;
  if (at == 0 || !is_letter(text.before(at))) return false;
  std::size_t begin = at - 1;
  while (at - begin < kSequenceBytesMax &&
         (is_digit(text.before(begin)) || text.before(begin) == ';'))
    --begin;
  return begin >= 2 && text.before(begin) == '[' && text.before(begin - 1) == '\x1b';
}

bool glued_word_before(TextSpan text, std::size_t at) noexcept {
  static constexpr std::size_t kLettersMin = 3, kLettersMax = 24;
  std::size_t begin = at;
  while (at - begin < kLettersMax && is_lower(text.before(begin))) --begin;
  if (at - begin > 0 && is_upper(text.before(begin))) --begin;
  const char before = text.before(begin);
  return at - begin >= kLettersMin && !word_before(text, begin) && before != '_' && before != '-';
}

bool document_extension_at(TextSpan text, std::size_t at) noexcept {
  static constexpr std::string_view kExtensions[] = {"csv", "doc",  "docx", "eml", "json", "msg",
                                                     "ods", "odt",  "pdf",  "rtf", "tsv",  "txt",
                                                     "vcf", "xlsx", "xls",  "xml"};
  return text.after(at) == '.' &&
         std::any_of(std::begin(kExtensions), std::end(kExtensions), [&](std::string_view name) {
           return text.bytes.substr(at + 1, name.size()) == name &&
                  !is_word(text.after(at + 1 + name.size()));
         });
}

std::uint32_t zero_fraction_size(TextSpan text, std::size_t at) noexcept {
  static constexpr std::size_t kZerosMax = 6;  // of "%f"
  if (text.after(at) != '.' || text.after(at + 1) != '0') return 0;
  std::size_t end = at + 2;
  while (text.after(end) == '0' && end - at <= kZerosMax) ++end;
  const char next = text.after(end);
  const bool ends = !is_word(next) && next != '.' && next != '-' && next != '/';
  return ends ? static_cast<std::uint32_t>(end - at) : 0;
}

}  // namespace outspan::detect
