#include "fingerprint/build/phone_source.h"

#include <phonenumbers/phonenumberutil.h>

#include <algorithm>
#include <map>

#include "detect/number_group.h"
#include "detect/phone_table.h"
#include "fingerprint/forms/exponent_number.h"

namespace outspan::fingerprint {
namespace {

using detect::is_digit;
using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

constexpr std::size_t kDigitsMin = 7;
constexpr std::size_t kDigitsMax = 15;
/// A number without a plus that is meant to begin with a country code has at least these.
constexpr std::size_t kBareDigitsMin = 10;
constexpr std::size_t kCellBytesMax = 200;

std::string_view trimmed(std::string_view text) noexcept {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

/// The digits of "447911123456.0" and "447911123456,00"; empty: `text` is something else.
std::string_view without_zero_fraction(std::string_view text) noexcept {
  const std::size_t point = text.find_first_not_of("0123456789");
  if (point == 0 || point == std::string_view::npos || point + 1 == text.size()) return {};
  const bool is_fraction = text[point] == '.' || text[point] == ',';
  const bool is_zero = text.find_first_not_of('0', point + 1) == std::string_view::npos;
  return is_fraction && is_zero ? text.substr(0, point) : std::string_view();
}

std::string digits_of(std::string_view text) {
  std::string digits;
  for (const char c : text)
    if (is_digit(c)) digits += c;
  return digits;
}

/// Between two separators of lists there are enough digits for a number each.
bool has_several(std::string_view text) noexcept {
  std::size_t numbers = 0, digits = 0;
  for (const char c : text) {
    const bool separates = c == ';' || c == ',' || c == '|' || c == '/' || c == '\n' || c == '&';
    if (is_digit(c)) ++digits;
    if (!separates) continue;
    numbers += digits >= kDigitsMin ? 1u : 0u;
    digits = 0;
  }
  return numbers + (digits >= kDigitsMin ? 1u : 0u) > 1;
}

std::optional<std::string> e164(const PhoneNumber& number) {
  std::string text;
  PhoneNumberUtil::GetInstance()->Format(number, PhoneNumberUtil::E164, &text);
  std::string digits = digits_of(text);
  if (digits.size() < kDigitsMin || digits.size() > kDigitsMax) return std::nullopt;
  return digits;
}

/// How many numbers lead from each node of the automaton to an end.
std::vector<double> count_numbers() {
  const auto nodes = detect::phone_nodes();
  std::vector<double> counts(nodes.size(), -1);
  counts[0] = 0;
  const auto count = [&](auto&& self, std::uint16_t node) -> double {
    if (counts[node] >= 0) return counts[node];
    double sum = nodes[node].accepts != 0 ? 1 : 0;
    for (const std::uint16_t next : nodes[node].next) sum += self(self, next);
    return counts[node] = sum;
  };
  for (std::size_t node = 0; node < nodes.size(); ++node)
    count(count, static_cast<std::uint16_t>(node));
  return counts;
}

}  // namespace

PhoneSource::PhoneSource(const std::vector<std::string>& countries) : countries_(countries) {
  for (const std::string& country : countries_)
    rules_.emplace_back(std::vector<std::string>{country});
  rules_.emplace_back(std::vector<std::string>{});
}

std::variant<std::string, Reject> PhoneSource::read(std::string_view cell) const {
  if (cell.size() > kCellBytesMax) return Reject::too_long;
  std::string_view text = trimmed(cell);
  if (text.size() > 4 &&
      (text.starts_with("tel:") || text.starts_with("TEL:") || text.starts_with("Tel:")))
    text = trimmed(text.substr(4));
  const auto number = ExponentNumber::at({text}, 0);
  if (number && number->end() == text.size()) {
    if (number->is_cut()) return Reject::spreadsheet_number;
    text = number->digits();
  } else if (const std::string_view whole = without_zero_fraction(text); !whole.empty()) {
    text = whole;
  }
  if (auto quick = read_quickly(text)) return std::move(*quick);
  return read_with_library(text);
}

std::optional<std::string> PhoneSource::read_quickly(std::string_view text) const {
  const std::size_t first = text.find_first_of("0123456789");
  if (first > 2) return std::nullopt;
  detect::NumberGroup group;
  const detect::TextSpan span{text};
  if (group.read(span, static_cast<std::uint32_t>(first)) != text.size()) return std::nullopt;
  // Several countries may have a national number: it belongs to the first one that is configured.
  for (const detect::PhoneRules& rules : rules_) {
    detect::Finding finding;
    if (!rules.find(span, group, 0, finding)) continue;
    if (finding.begin != 0 || finding.end != text.size()) continue;
    const std::string_view digits = finding.value().substr(1);
    if (rules.possible(digits) && digits.size() <= kDigitsMax) return std::string(digits);
  }
  return std::nullopt;
}

std::variant<std::string, Reject> PhoneSource::read_with_library(std::string_view text) const {
  const std::string digits = digits_of(text);
  if (digits.size() < kDigitsMin)
    return digits.size() > 2 ? Reject::too_short : Reject::not_a_phone;
  if (has_several(text)) return Reject::several_values;
  const auto& library = *PhoneNumberUtil::GetInstance();
  const std::string number_text(text);
  PhoneNumber number;
  bool has_code = false;
  for (std::size_t i = 0; i <= countries_.size(); ++i) {
    const std::string region = i < countries_.size() ? countries_[i] : "ZZ";
    if (library.Parse(number_text, region, &number) != PhoneNumberUtil::NO_PARSING_ERROR) continue;
    has_code = true;
    if (library.IsValidNumber(number))
      if (auto found = e164(number)) return std::move(*found);
  }
  // "447911123456" of a database, and "00447911123456" where no country is given.
  const std::size_t zeros = digits.starts_with("00") ? 2 : 0;
  if (digits.size() - zeros >= kBareDigitsMin && text.find('+') == std::string_view::npos &&
      library.Parse("+" + digits.substr(zeros), "ZZ", &number) ==
          PhoneNumberUtil::NO_PARSING_ERROR &&
      library.IsValidNumber(number))
    if (auto found = e164(number)) return std::move(*found);
  // Ranges that were opened after the library's plans were written.
  if ((text.starts_with('+') || zeros != 0) &&
      library.Parse("+" + digits.substr(zeros), "ZZ", &number) ==
          PhoneNumberUtil::NO_PARSING_ERROR &&
      library.IsPossibleNumber(number))
    if (auto found = e164(number)) return std::move(*found);
  if (digits.size() > kDigitsMax + 3) return Reject::too_long;
  return countries_.empty() && !has_code && !text.starts_with('+') ? Reject::no_country
                                                                   : Reject::not_a_phone;
}

std::size_t PhoneSource::calling_code(std::string_view digits) noexcept {
  std::size_t code = 0;
  for (std::size_t i = 0; i < 3 && i < digits.size(); ++i) {
    code = code * 10 + static_cast<std::size_t>(digits[i] - '0');
    const auto codes = detect::calling_codes();
    const auto found = std::lower_bound(
        codes.begin(), codes.end(), code,
        [](const detect::CallingCode& entry, std::size_t wanted) { return entry.code < wanted; });
    if (found != codes.end() && found->code == code) return code;
  }
  return 0;
}

std::uint64_t PhoneSource::beginning(std::string_view digits) noexcept {
  std::uint64_t number = 0;
  for (const char c : digits.substr(0, digits.size() - std::min(digits.size(), kDigitsOff)))
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  return number;
}

double PhoneSource::space(std::string_view digits) noexcept {
  static const std::vector<double> counts = count_numbers();
  const std::size_t code = calling_code(digits);
  for (const detect::CallingCode& entry : detect::calling_codes()) {
    if (entry.code != code) continue;
    std::uint16_t node = entry.start;
    for (const char c : digits.substr(std::to_string(code).size()))
      node = detect::phone_nodes()[node].next[static_cast<std::size_t>(c - '0')];
    return counts[node];
  }
  return 0;
}

bool PhoneSource::knows_country(std::string_view country) {
  const auto plans = detect::numbering_plans();
  return std::any_of(plans.begin(), plans.end(), [country](const detect::NumberingPlan& plan) {
    return country == plan.country;
  });
}

}  // namespace outspan::fingerprint
