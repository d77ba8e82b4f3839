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
#include <utility>

#include "core/hash.h"
#include "detect/beside.h"
#include "detect/email_context.h"
#include "detect/email_guesses.h"

namespace outspan::detect {
namespace {

constexpr std::uint32_t kLocalBytesMax = 64;    // RFC 5321 4.5.3.1.1
constexpr std::uint32_t kDomainBytesMax = 253;  // RFC 1035

/// What a byte may be in an address.
enum : std::uint8_t {
  kLocal = 1,
  kDomain = 2,
  kBeyondAscii = 4,
  kUnlikeBefore = 8,  ///< may begin another word
  kNotFirst = 16,     ///< of a local part
  kDot = 32,
};
/// Not every character of RFC 5322's atext: = / ? & { } and the like stand before an address far
/// more often than in one.
constexpr std::array<std::uint8_t, 256> make_table() {
  std::array<std::uint8_t, 256> table{};
  for (int c = 0; c < 256; ++c) {
    const auto byte = static_cast<char>(c);
    int bits = 0;
    if (is_alnum(byte) || c >= 0x80 || byte == '.' || byte == '-') bits |= kLocal | kDomain;
    if (byte == '_' || byte == '+' || byte == '\'') bits |= kLocal;
    if (c >= 0x80) bits |= kBeyondAscii;
    if (is_upper(byte) || byte == '_' || byte == '-') bits |= kUnlikeBefore;
    if (byte == '.' || byte == '\'' || byte == '-' || byte == '+') bits |= kNotFirst;
    if (byte == '.') bits |= kDot;
    table[static_cast<std::size_t>(c)] = static_cast<std::uint8_t>(bits);
  }
  return table;
}
constexpr std::array<std::uint8_t, 256> kTable = make_table();

std::uint8_t bits_of(char c) noexcept { return kTable[static_cast<unsigned char>(c)]; }
bool is_ascii(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// The end of [begin, end) that holds letters and digits only, where bytes beyond ASCII occur:
/// quotation marks and blanks beyond ASCII end a word as those of ASCII do.
std::uint32_t word_begin(std::string_view text, std::uint32_t begin, std::uint32_t end) noexcept {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  auto at = static_cast<std::int32_t>(end);
  bool ascii = false;
  while (at > static_cast<std::int32_t>(begin)) {
    std::int32_t before = at;
    UChar32 c = 0;
    U8_PREV(bytes, static_cast<std::int32_t>(begin), before, c);
    if (c < 0 || (c >= 0x80 && u_isalnum(c) == 0 && u_charType(c) != U_NON_SPACING_MARK)) break;
    // Scripts without case are written without a blank before another script.
    if (c >= 0x80 && ascii && u_charType(c) == U_OTHER_LETTER) break;
    ascii = ascii || (c < 0x80 && is_letter(static_cast<char>(c)));
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

/// "ESC[32mann@…": the parameters and the letter of the sequence are no part of the address.
std::uint32_t after_control_sequence(std::string_view text, std::uint32_t begin,
                                     std::uint32_t at_sign) noexcept {
  if (begin == 0 || (text[begin - 1] != '[' && text[begin - 1] != ';')) return begin;
  std::uint32_t letter = begin;
  while (letter + 1 < at_sign && is_digit(text[letter])) ++letter;
  return control_sequence_before({text, true, true}, letter + 1) ? letter + 1 : begin;
}

/// Whether words that stand before addresses may be a part of the local one.
bool may_be_glued(std::string_view local, std::uint8_t bits) noexcept {
  return (bits & (kUnlikeBefore | kBeyondAscii)) != 0 || EmailGuesses::word_of_mail(local) != 0;
}

/// `all`: the bits of its bytes.
std::uint32_t local_begin(std::string_view text, std::uint32_t at_sign,
                          std::uint8_t& all) noexcept {
  std::uint32_t begin = at_sign;
  std::uint8_t bits = 0;
  std::uint8_t two_dots = 0;
  // One more than allowed shows that it is too long.
  while (begin > 0 && at_sign - begin <= kLocalBytesMax) {
    const std::uint8_t behind = std::exchange(bits, bits_of(text[begin - 1]));
    if ((bits & kLocal) == 0) break;
    two_dots |= behind & bits & kDot;
    all |= bits;
    --begin;
  }
  if ((all & kBeyondAscii) != 0) begin = word_begin(text, begin, at_sign);
  if (two_dots != 0) {
    const std::size_t dots = text.substr(begin, at_sign - begin).rfind("..");
    if (dots != std::string_view::npos) begin += static_cast<std::uint32_t>(dots) + 2;
  }
  while (begin < at_sign && (bits_of(text[begin]) & kNotFirst) != 0) ++begin;
  return after_control_sequence(text, begin, at_sign);
}

/// "ann.lee"@…: quotes around what needs none. The position of the first one; `at_sign`: there is
/// no such local part.
std::uint32_t quoted_begin(std::string_view text, std::uint32_t at_sign) noexcept {
  if (at_sign < 3) return at_sign;
  std::uint32_t begin = at_sign - 1;
  while (begin > 0 && at_sign - begin <= kLocalBytesMax && (bits_of(text[begin - 1]) & kLocal) != 0)
    --begin;
  return begin > 0 && begin < at_sign - 1 && text[begin - 1] == '"' ? begin - 1 : at_sign;
}

bool is_domain(std::string_view domain) noexcept {
  return domain[0] != '-' && domain.find("..") == std::string_view::npos &&
         domain.find("-.") == std::string_view::npos && domain.find(".-") == std::string_view::npos;
}

/// Where the next word begins that was written to the last label: "comTel", "comまで". 0: nowhere.
std::size_t glued_word(std::string_view label) noexcept {
  for (std::size_t i = 1; i < label.size(); ++i) {
    const bool beyond_ascii = (bits_of(label[i]) & kBeyondAscii) != 0;
    if (beyond_ascii || (is_lower(label[i - 1]) && is_upper(label[i]))) return i;
  }
  return 0;
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
    if (const std::size_t glued = glued_word(label);
        glued >= 2 && top_level_domain(label.substr(0, glued))) {
      end = begin + static_cast<std::uint32_t>(dot + 1 + glued);
      return true;
    }
    // "… write to ann@example.com.Thanks": the next sentence without a blank. Or a file's name.
    if (!is_upper(label[0]) && !document_extension_at({text, true, true}, begin + dot) &&
        static_cast<unsigned char>(label[0]) < 0x80)
      return false;
    end = begin + static_cast<std::uint32_t>(dot);
  }
}

bool EmailRules::find(TextSpan text, std::uint32_t at_sign, EmailFinding& finding) noexcept {
  const std::string_view bytes = text.bytes;
  std::uint8_t local_bits = 0, domain_bits = 0;
  const std::uint32_t begin = text.before(at_sign) == '"' ? quoted_begin(bytes, at_sign)
                                                          : local_begin(bytes, at_sign, local_bits);
  if (begin == at_sign || at_sign - begin > kLocalBytesMax || bytes[at_sign - 1] == '.')
    return false;
  if (text.before(begin) == '@') return false;

  std::uint32_t end = at_sign + 1;
  std::uint8_t bits = 0;
  bool two_dots = false;
  for (; end < bytes.size() && end - at_sign <= kDomainBytesMax + 1; ++end) {
    const std::uint8_t before = std::exchange(bits, bits_of(bytes[end]));
    if ((bits & kDomain) == 0) break;
    two_dots = two_dots || (before & bits & kDot) != 0;
    domain_bits |= bits;
  }
  const std::uint32_t whole_end = end;
  if (end - at_sign > kDomainBytesMax + 1) {
    if ((domain_bits & kBeyondAscii) == 0) return false;
    // The rest of a sentence without blanks.
    for (end = at_sign + 1; (bits_of(bytes[end]) & kBeyondAscii) == 0;) ++end;
  }
  if ((domain_bits & kBeyondAscii) != 0) end = word_end(bytes, at_sign + 1, end);
  // A cut domain is left to the next window before anything is cut off it here.
  if (!text.complete(begin, whole_end)) return false;
  if (!trim_domain(bytes, at_sign + 1, end)) return false;
  const std::string_view local = bytes.substr(begin, at_sign - begin);
  // Only dots in a row and dashes can be wrong.
  if ((two_dots || (domain_bits & kUnlikeBefore) != 0) &&
      !is_domain(bytes.substr(at_sign + 1, end - at_sign - 1)))
    return false;

  finding.begin = begin;
  finding.end = end;
  finding.machine_made = text.before(begin) == '<' && is_machine_made(local);
  finding.maybe_glued = may_be_glued(local, local_bits);
  finding.only_known = names_no_mailbox(text, begin, at_sign, end);
  return true;
}

void EmailRules::canonical(std::string_view address, std::string& out) {
  if (address.starts_with('"')) {  // what find() takes in quotes needs none
    const std::size_t quote = address.find('"', 1);
    if (quote != std::string_view::npos && quote + 1 < address.size() && address[quote + 1] == '@')
      return canonical(std::string(address.substr(1, quote - 1)) += address.substr(quote + 1), out);
  }
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
