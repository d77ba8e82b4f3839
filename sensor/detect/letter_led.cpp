#include "detect/letter_led.h"

#include <algorithm>
#include <array>

#include "detect/beside.h"
#include "detect/checksum.h"

namespace outspan::detect {
namespace {

struct IbanCountry {
  char code[3];
  std::uint8_t size;
};
// SWIFT's IBAN registry.
constexpr IbanCountry kIbanCountries[] = {
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22},
    {"BH", 22}, {"BI", 27}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24},
    {"DE", 22}, {"DJ", 27}, {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18},
    {"FK", 18}, {"FO", 18}, {"FR", 27}, {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27},
    {"GT", 28}, {"HR", 21}, {"HU", 28}, {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26}, {"IT", 27},
    {"JO", 30}, {"KW", 30}, {"KZ", 20}, {"LB", 28}, {"LC", 32}, {"LI", 21}, {"LT", 20}, {"LU", 20},
    {"LV", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24}, {"ME", 22}, {"MK", 19}, {"MN", 20}, {"MR", 27},
    {"MT", 31}, {"MU", 30}, {"NI", 28}, {"NL", 18}, {"NO", 15}, {"OM", 23}, {"PK", 24}, {"PL", 28},
    {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"RU", 33}, {"SA", 24}, {"SC", 31},
    {"SD", 18}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"SO", 23}, {"ST", 25}, {"SV", 28},
    {"TL", 23}, {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20}};

std::size_t iban_size(std::string_view country) noexcept {
  const auto found =
      std::find_if(std::begin(kIbanCountries), std::end(kIbanCountries),
                   [country](const IbanCountry& entry) { return country == entry.code; });
  return found == std::end(kIbanCountries) ? 0 : found->size;
}

/// Reads an account number from its country code on.
bool read_iban(TextSpan text, std::uint32_t begin, Finding& finding) noexcept {
  if (word_before(text, begin) || text.bytes.size() - begin < 15) return false;
  const std::size_t wanted = iban_size(text.bytes.substr(begin, 2));
  if (wanted == 0) return false;
  finding.size = 0;
  std::uint32_t at = begin;
  bool blocks = false;
  while (finding.size < wanted) {
    const char c = text.after(at);
    if (is_digit(c) || is_upper(c)) {
      finding.add(c);
      ++at;
    } else if (c == ' ' && finding.size > 0 && finding.size % 4 == 0 &&
               (blocks || finding.size == 4)) {
      blocks = true;
      ++at;
    } else {
      return false;
    }
  }
  if (word_after(text, at)) return false;
  std::array<char, 34> turned{};
  std::rotate_copy(finding.canonical, finding.canonical + 4, finding.canonical + finding.size,
                   turned.begin());
  if (!mod97({turned.data(), finding.size})) return false;
  finding.begin = begin;
  finding.end = at;
  finding.strength = Strength::strong;
  return true;
}

/// Upper-case text of `size` bytes from `begin`, by a layout of 'A' letter and '9' digit.
bool has_form(TextSpan text, std::uint32_t begin, std::string_view form,
              Finding& finding) noexcept {
  if (begin + form.size() > text.bytes.size() || word_before(text, begin) ||
      word_after(text, begin + form.size()))
    return false;
  finding.size = 0;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const char c = to_upper(text.bytes[begin + i]);
    if (form[i] == 'A' ? !is_upper(c) : !is_digit(c)) return false;
    finding.add(c);
  }
  finding.begin = begin;
  finding.end = begin + static_cast<std::uint32_t>(form.size());
  finding.strength = Strength::normal;
  return true;
}

}  // namespace

bool find_iban(TextSpan text, const Run& run, Finding& finding) noexcept {
  std::uint32_t at = run.begin;
  // "DE89 …": the run is the check digits.
  if (run.size() >= 2 && at >= 2 && is_upper(text.bytes[at - 1]) && is_upper(text.bytes[at - 2]) &&
      read_iban(text, at - 2, finding))
    return true;
  // "GB29 NWBK 6016 …", "IT60 X054 …": letters of a bank stand between.
  if (text.before(at) == ' ') --at;
  std::uint32_t letters = 0;
  while (letters < 4 && is_upper(text.before(at))) {
    --at;
    ++letters;
  }
  if (letters == 0) return false;
  if (text.before(at) == ' ') --at;
  if (at < 4 || !is_digit(text.bytes[at - 1]) || !is_digit(text.bytes[at - 2])) return false;
  return read_iban(text, at - 4, finding);
}

bool find_italian_fiscal_code(TextSpan text, std::uint32_t letter, Finding& finding) noexcept {
  // Odd positions by the decree of 23 December 1976.
  static constexpr std::uint8_t kOdd[26] = {1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
                                            20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};
  if (letter < 11 || !has_form(text, letter - 11, "AAAAAA99A99A999A", finding)) return false;
  const std::string_view code = finding.value();
  if (std::string_view("ABCDEHLMPRST").find(code[8]) == std::string_view::npos) return false;
  const int day = digit(code[9]) * 10 + digit(code[10]);
  if (day % 40 == 0 || day % 40 > 31) return false;
  int sum = 0;
  for (std::size_t i = 0; i < 15; ++i) {
    const int value = is_digit(code[i]) ? digit(code[i]) : code[i] - 'A';
    sum += i % 2 == 0 ? kOdd[value] : value;
  }
  finding.strength = Strength::strong;
  return 'A' + sum % 26 == code[15];
}

bool find_indian_pan(TextSpan text, std::uint32_t letter, Finding& finding) noexcept {
  if (letter < 4 || !has_form(text, letter - 4, "AAAAA9999A", finding)) return false;
  // The fourth letter says what kind of holder it is.
  return std::string_view("ABCFGHJLPTK").find(finding.canonical[3]) != std::string_view::npos;
}

}  // namespace outspan::detect
