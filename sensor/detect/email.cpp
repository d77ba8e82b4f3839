#include "detect/email.h"

#include <libpsl.h>
#include <unicode/idna.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "core/hash.h"
#include "detect/beside.h"

namespace outspan::detect {
namespace {

constexpr std::uint32_t kLocalBytesMax = 64;    // RFC 5321 4.5.3.1.1
constexpr std::uint32_t kDomainBytesMax = 253;  // RFC 1035
constexpr std::uint32_t kLookBackBytes = 192;

struct Table {
  std::array<bool, 256> local{}, domain{};
};
/// Not every character of RFC 5322's atext: = / ? & { } and the like stand before an address far
/// more often than in one.
constexpr Table make_table() {
  Table table;
  for (int c = 0; c < 256; ++c) {
    const auto byte = static_cast<char>(c);
    const bool common = is_alnum(byte) || c >= 0x80 || byte == '.' || byte == '-';
    table.domain[static_cast<std::size_t>(c)] = common;
    table.local[static_cast<std::size_t>(c)] = common || byte == '_' || byte == '+' || byte == '\'';
  }
  return table;
}
constexpr Table kTable = make_table();

bool in(const std::array<bool, 256>& set, char c) noexcept {
  return set[static_cast<unsigned char>(c)];
}
bool is_ascii(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// The end of [begin, end) that holds letters and digits only, where bytes beyond ASCII occur:
/// quotation marks and blanks beyond ASCII end a word as those of ASCII do.
std::uint32_t word_begin(std::string_view text, std::uint32_t begin, std::uint32_t end) noexcept {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  auto at = static_cast<std::int32_t>(end);
  while (at > static_cast<std::int32_t>(begin)) {
    std::int32_t before = at;
    UChar32 c = 0;
    U8_PREV(bytes, static_cast<std::int32_t>(begin), before, c);
    if (c < 0 || (c >= 0x80 && u_isalnum(c) == 0 && u_charType(c) != U_NON_SPACING_MARK)) break;
    at = before;
  }
  return static_cast<std::uint32_t>(at);
}
std::uint32_t word_end(std::string_view text, std::uint32_t begin, std::uint32_t end) noexcept {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  auto at = static_cast<std::int32_t>(begin);
  while (at < static_cast<std::int32_t>(end)) {
    std::int32_t after = at;
    UChar32 c = 0;
    U8_NEXT(bytes, after, static_cast<std::int32_t>(end), c);
    if (c < 0 || (c >= 0x80 && u_isalnum(c) == 0 && u_charType(c) != U_NON_SPACING_MARK)) break;
    at = after;
  }
  return static_cast<std::uint32_t>(at);
}

std::uint32_t local_begin(std::string_view text, std::uint32_t at_sign) noexcept {
  std::uint32_t begin = at_sign;
  bool beyond_ascii = false;
  // One more than allowed shows that it is too long.
  while (begin > 0 && at_sign - begin <= kLocalBytesMax && in(kTable.local, text[begin - 1])) {
    --begin;
    beyond_ascii = beyond_ascii || static_cast<unsigned char>(text[begin]) >= 0x80;
  }
  if (beyond_ascii) begin = word_begin(text, begin, at_sign);
  const std::size_t dots = text.substr(begin, at_sign - begin).rfind("..");
  if (dots != std::string_view::npos) begin += static_cast<std::uint32_t>(dots) + 2;
  while (begin < at_sign && std::string_view(".'-+").find(text[begin]) != std::string_view::npos)
    ++begin;
  return begin;
}

/// In "scheme://user:password@host" an address is not an address.
bool in_url(std::string_view text, std::uint32_t begin) noexcept {
  const std::uint32_t from = begin > 128 ? begin - 128 : 0;
  for (std::uint32_t i = begin; i > from; --i) {
    const char c = text[i - 1];
    if (c == '/') return i >= 2 && text[i - 2] == '/';
    if (!is_alnum(c) && std::string_view("-._~!$&'()*+,;=:%").find(c) == std::string_view::npos)
      return false;
  }
  return false;
}

bool starts_with_nocase(std::string_view text, std::string_view lower) noexcept {
  return text.size() >= lower.size() && std::equal(lower.begin(), lower.end(), text.begin(),
                                                   [](char a, char b) { return a == to_lower(b); });
}

/// Header lines whose <…@…> name messages and not people. Folded lines belong to the line above.
bool in_message_id_header(std::string_view text, std::uint32_t begin) noexcept {
  std::uint32_t line = begin;
  const std::uint32_t from = begin > kLookBackBytes ? begin - kLookBackBytes : 0;
  for (;;) {
    while (line > from && text[line - 1] != '\n') --line;
    const bool folded = line < begin && (text[line] == ' ' || text[line] == '\t');
    if (!folded || line == from) break;
    --line;
  }
  const std::string_view head = text.substr(line, begin - line);
  for (const std::string_view name :
       {"message-id:", "in-reply-to:", "references:", "content-id:", "resent-message-id:",
        "x-message-id:", "original-message-id:"}) {
    if (starts_with_nocase(head, name)) return true;
  }
  return starts_with_nocase(head, "received:") && head.find(" id ") != std::string_view::npos;
}

/// An id counts its time or a random number: digits make up much of it, and it is long.
bool looks_machine_made(std::string_view local) noexcept {
  const auto digits = std::count_if(local.begin(), local.end(), is_digit);
  return local.size() >= 20 && static_cast<std::size_t>(digits) * 3 >= local.size();
}

/// "ssh-ed25519 AAAA… user@host": a comment behind a long run of base64.
bool behind_key(std::string_view text, std::uint32_t begin) noexcept {
  if (begin < 66 || text[begin - 1] != ' ') return false;
  const std::string_view key = text.substr(begin - 65, 64);
  return std::all_of(key.begin(), key.end(),
                     [](char c) { return is_alnum(c) || c == '+' || c == '/' || c == '='; });
}

}  // namespace

EmailRules::EmailRules() = default;

bool EmailRules::is_top_level(std::string_view label) noexcept {
  // RFC 2606 and 6761: reserved, but what people try the sensor with.
  if (label == "test" || label == "example") return true;
  Known* known = nullptr;
  if (label.size() < sizeof Known::label) {
    std::uint64_t hash = label.size();
    for (const char c : label) hash = hash * 31 + static_cast<unsigned char>(c);
    known = &known_[mix64(hash) % std::size(known_)];
    if (std::string_view(known->label, known->size) == label) return known->top_level;
  }
  const std::string text(label);
  const bool top_level = psl_is_public_suffix2(psl_builtin(), text.c_str(),
                                               PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE) != 0;
  if (known != nullptr) {
    std::memcpy(known->label, label.data(), label.size());
    known->size = static_cast<std::uint8_t>(label.size());
    known->top_level = top_level;
  }
  return top_level;
}

bool EmailRules::top_level_domain(std::string_view label) noexcept {
  if (label.empty() || label.size() > 63) return false;
  std::array<char, 64> lower{};
  std::transform(label.begin(), label.end(), lower.begin(), to_lower);
  return is_top_level({lower.data(), label.size()});
}

/// Cuts from the end what is not part of the domain. False: there is none.
bool EmailRules::trim_domain(std::string_view text, std::uint32_t begin,
                             std::uint32_t& end) noexcept {
  for (;;) {
    while (end > begin && (text[end - 1] == '.' || text[end - 1] == '-')) --end;
    const std::string_view domain = text.substr(begin, end - begin);
    const std::size_t dot = domain.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return false;
    const std::string_view label = domain.substr(dot + 1);
    if (top_level_domain(label)) return true;
    // "… write to ann@example.com.Thanks": the next sentence without a blank. Or a file's name.
    if (!is_upper(label[0]) && !document_extension_at({text, true, true}, begin + dot) &&
        static_cast<unsigned char>(label[0]) < 0x80)
      return false;
    end = begin + static_cast<std::uint32_t>(dot);
  }
}

bool EmailRules::find(TextSpan text, std::uint32_t at_sign, EmailFinding& finding) noexcept {
  const std::string_view bytes = text.bytes;
  const std::uint32_t begin = local_begin(bytes, at_sign);
  if (begin == at_sign || at_sign - begin > kLocalBytesMax || bytes[at_sign - 1] == '.')
    return false;
  if (text.before(begin) == '@' || text.before(begin) == '/') return false;

  std::uint32_t end = at_sign + 1;
  bool beyond_ascii = false;
  while (end < bytes.size() && end - at_sign <= kDomainBytesMax + 1 &&
         in(kTable.domain, bytes[end])) {
    beyond_ascii = beyond_ascii || static_cast<unsigned char>(bytes[end]) >= 0x80;
    ++end;
  }
  if (end - at_sign > kDomainBytesMax + 1) return false;
  const std::uint32_t whole_end = end;
  if (beyond_ascii) end = word_end(bytes, at_sign + 1, end);
  // A cut domain is left to the next window before anything is cut off it here.
  if (!text.complete(begin, whole_end)) return false;
  if (!trim_domain(bytes, at_sign + 1, end)) return false;

  const std::string_view local = bytes.substr(begin, at_sign - begin);
  const std::string_view domain = bytes.substr(at_sign + 1, end - at_sign - 1);
  if (domain[0] == '-' || domain.find("..") != std::string_view::npos ||
      domain.find("-.") != std::string_view::npos || domain.find(".-") != std::string_view::npos)
    return false;
  if (text.after(end) == '@' || text.after(whole_end) == '@') return false;
  // logo@2x.ai and its like.
  if (domain.size() > 2 && is_digit(domain[0]) && domain[1] == 'x' && domain[2] == '.')
    return false;
  if (text.after(end) == ':' && (local == "git" || local == "hg" || local == "svn")) return false;
  if (behind_key(bytes, begin)) return false;
  const char before = text.before(begin);
  if (before == ':' && in_url(bytes, begin)) return false;
  if (before == '<' && in_message_id_header(bytes, begin)) return false;

  finding.begin = begin;
  finding.end = end;
  finding.machine_made = before == '<' && looks_machine_made(local);
  return true;
}

void EmailRules::canonical(std::string_view address, std::string& out) {
  if (is_ascii(address)) {
    const std::size_t at = out.size();
    out.resize(at + address.size());
    std::transform(address.begin(), address.end(), out.begin() + static_cast<std::ptrdiff_t>(at),
                   to_lower);
    return;
  }
  const std::size_t at = address.rfind('@');
  const auto wide = [](std::string_view part) {
    return icu::UnicodeString::fromUTF8(
        icu::StringPiece(part.data(), static_cast<std::int32_t>(part.size())));
  };
  UErrorCode error = U_ZERO_ERROR;
  // Folding takes letters apart that composing puts together, and the other way round.
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(error);
  icu::UnicodeString local = nfc->normalize(wide(address.substr(0, at)), error).foldCase();
  local = nfc->normalize(local, error);
  local.toUTF8String(out);
  if (at == std::string_view::npos) return;
  out += '@';
  const std::string_view domain = address.substr(at + 1);
  if (!is_ascii(domain)) {
    static const icu::IDNA* const kIdna =
        icu::IDNA::createUTS46Instance(UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_CHECK_BIDI, error);
    icu::IDNAInfo info;
    icu::UnicodeString ascii;
    if (kIdna != nullptr) kIdna->nameToASCII(wide(domain), ascii, info, error);
    if (kIdna != nullptr && U_SUCCESS(error) && !info.hasErrors()) {
      ascii.toUTF8String(out);
      return;
    }
  }
  wide(domain).foldCase().toUTF8String(out);
}

}  // namespace outspan::detect
