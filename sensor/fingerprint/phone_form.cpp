#include "fingerprint/phone_form.h"

#include <algorithm>
#include <cstring>

#include "detect/phone_table.h"

namespace outspan::fingerprint {
namespace {

using detect::Gap;
using detect::NumberGroup;
using detect::Run;
using detect::Strength;
using detect::TextSpan;

constexpr std::size_t kRunsMax = 10;
/// E.164 digits behind an international prefix ("0011" is the longest of the usual ones).
constexpr std::size_t kDigitsMax = PhonePlan::kDigitsMax + 5;
/// What is dialled before the country code, without a plus.
constexpr std::string_view kInternationalPrefixes[] = {"00", "011", "0011", "010", "810"};
/// Short numbers of small countries would make a phone of every date.
constexpr std::size_t kBareDigitsMin = 9;

bool in_parentheses(TextSpan text, const Run& run) noexcept {
  return text.before(run.begin) == '(' && text.after(run.end) == ')';
}

}  // namespace

PhonePlan PhonePlan::from_bytes(Bytes bytes) noexcept {
  PhonePlan plan;
  ByteCursor in(bytes);
  for (std::uint16_t& lengths : plan.lengths_) lengths = in.u16_le();
  return plan;
}

std::vector<std::uint8_t> PhonePlan::to_bytes() const {
  std::vector<std::uint8_t> bytes;
  for (const std::uint16_t lengths : lengths_) {
    bytes.push_back(static_cast<std::uint8_t>(lengths));
    bytes.push_back(static_cast<std::uint8_t>(lengths >> 8));
  }
  return bytes;
}

/// The digits of some runs, as far as they were read.
struct PhoneReader::Digits {
  char all[kDigitsMax];
  std::size_t size = 0;
  std::uint32_t begin = 0, end = 0;  // in the text
  bool plus = false;                 // a plus stands before them
  bool parenthesis = false;          // they begin with one
  bool grouped = false;              // by something that a list of numbers does not have
  bool several = false;              // runs

  [[nodiscard]] std::string_view text() const noexcept { return {all, size}; }
};

PhoneReader::PhoneReader(PhonePlan plan, const std::vector<std::string>& countries)
    : plan_(std::move(plan)), calling_codes_(1000) {
  for (const detect::CallingCode& code : detect::calling_codes()) calling_codes_[code.code] = true;
  for (const detect::NumberingPlan& numbering : detect::numbering_plans()) {
    if (std::find(countries.begin(), countries.end(), numbering.country) == countries.end())
      continue;
    const Country country{std::to_string(numbering.code), numbering.trunk_prefix};
    const auto same = [&country](const Country& other) {
      return other.code == country.code && other.trunk_prefix == country.trunk_prefix;
    };
    if (std::none_of(countries_.begin(), countries_.end(), same)) countries_.push_back(country);
  }
}

void PhoneReader::read(TextSpan text, const NumberGroup& group,
                       std::vector<PhoneReading>& readings) const {
  std::uint32_t taken = 0;  // a plus says what all the digits up to here are
  for (std::size_t i = 0; i < group.runs().size(); ++i) {
    const Run& run = group.runs()[i];
    if (run.begin < taken) continue;
    const std::size_t known = readings.size();
    const char before = text.before(run.begin);
    const bool marked = before == '+' || before == '(';
    // Behind a blank a new number may begin; inside of one nothing does.
    if (run.before == Gap::none || detect::has_blank(run.before) || marked)
      read_from(text, group, i, readings);
    for (std::size_t r = known; r < readings.size(); ++r)
      if (text.bytes[readings[r].begin] == '+') taken = std::max(taken, readings[r].end);
  }
}

void PhoneReader::read_from(TextSpan text, const NumberGroup& group, std::size_t first,
                            std::vector<PhoneReading>& readings) const {
  const auto& runs = group.runs();
  Digits digits;
  digits.begin = runs[first].begin;
  digits.parenthesis = text.before(digits.begin) == '(';
  if (digits.parenthesis) --digits.begin;
  digits.plus = text.before(digits.begin) == '+';
  if (digits.plus) --digits.begin;
  if (digits.plus && !digits.parenthesis && text.before(digits.begin) == '(') --digits.begin;
  if (digits.plus ? detect::is_word(text.before(digits.begin)) &&
                        text.before(digits.begin) != '\xa0'
                  : !detect::number_may_begin(text, digits.begin))
    return;
  for (std::size_t i = first; i < runs.size() && i < first + kRunsMax; ++i) {
    const Run& run = runs[i];
    const bool trunk_zero = i > first && digits.plus && run.size() == 1 &&
                            text.bytes[run.begin] == '0' && in_parentheses(text, run);
    if (!trunk_zero) {
      if (digits.size + run.size() > kDigitsMax) return;
      std::memcpy(digits.all + digits.size, text.bytes.data() + run.begin, run.size());
      digits.size += run.size();
    }
    if (i > first) {
      digits.several = true;
      digits.grouped = digits.grouped || run.before != Gap::blank;
    }
    digits.end = run.end;
    if (digits.size < PhonePlan::kDigitsMin - 1 || !text.complete(digits.begin, digits.end))
      continue;
    const Gap after = group.gap_after(i);
    const bool may_end = after == Gap::none ? detect::number_may_end(text, run.end)
                                            : detect::has_blank(after) || digits.plus;
    if (may_end) interpret(digits, readings);
  }
}

void PhoneReader::interpret(const Digits& digits, std::vector<PhoneReading>& readings) const {
  const std::string_view all = digits.text();
  if (digits.plus) {
    international(digits, all, Strength::strong, readings);
    return;
  }
  for (const std::string_view prefix : kInternationalPrefixes)
    if (all.starts_with(prefix) && all.size() >= prefix.size() + PhonePlan::kDigitsMin)
      international(digits, all.substr(prefix.size()), Strength::strong, readings);
  for (const Country& country : countries_) national(digits, country, readings);
  if (all.size() >= kBareDigitsMin)
    international(digits, all, digits.grouped ? Strength::normal : Strength::weak, readings);
}

/// `number` begins with a country code, and a "0" that is dialled inside the country only may
/// follow.
void PhoneReader::international(const Digits& digits, std::string_view number, Strength strength,
                                std::vector<PhoneReading>& readings) const {
  add(digits, "", number, strength, readings);
  std::size_t code = 0;
  for (std::size_t i = 0; i < 3 && i + 1 < number.size(); ++i) {
    code = code * 10 + static_cast<std::size_t>(number[i] - '0');
    if (!calling_codes_[code]) continue;
    if (number[i + 1] == '0')
      add(digits, number.substr(0, i + 1), number.substr(i + 2), strength, readings);
    return;
  }
}

void PhoneReader::national(const Digits& digits, const Country& country,
                           std::vector<PhoneReading>& readings) const {
  const std::string_view all = digits.text(), trunk = country.trunk_prefix;
  const bool has_trunk = !trunk.empty() && all.starts_with(trunk);
  const bool shaped = digits.grouped || digits.parenthesis || (digits.several && has_trunk);
  const Strength strength = shaped ? Strength::normal : Strength::weak;
  if (has_trunk) {
    const std::string_view rest = all.substr(trunk.size());
    add(digits, country.code, rest, strength, readings);
    // "8 0152 …" in Belarus.
    if (rest.starts_with('0')) add(digits, country.code, rest.substr(1), strength, readings);
  }
  if (country.code == "54") argentine_mobile(digits, all, strength, readings);
  // Where a trunk prefix is usual, digits without it are a number only to those who know.
  const bool usual = trunk.empty() || trunk == "1" || digits.parenthesis;
  if (!has_trunk || trunk != "0")
    add(digits, country.code, all, usual ? strength : Strength::weak, readings);
}

/// At home a "15" stands behind the area code, abroad a "9" before it: "011 15-2345-6789" is
/// +54 9 11 2345 6789.
void PhoneReader::argentine_mobile(const Digits& digits, std::string_view number, Strength strength,
                                   std::vector<PhoneReading>& readings) const {
  if (number.starts_with('0')) number.remove_prefix(1);
  if (number.size() != 12) return;
  for (std::size_t area = 2; area <= 4; ++area) {
    if (number.substr(area, 2) != "15") continue;
    char changed[11] = {'9'};
    std::copy_n(number.begin(), area, changed + 1);
    std::copy(number.begin() + static_cast<std::ptrdiff_t>(area) + 2, number.end(),
              changed + 1 + area);
    add(digits, "54", {changed, sizeof changed}, strength, readings);
  }
}

void PhoneReader::add(const Digits& digits, std::string_view code, std::string_view number,
                      Strength strength, std::vector<PhoneReading>& readings) const {
  const std::size_t size = code.size() + number.size();
  if (size < PhonePlan::kDigitsMin || size > PhonePlan::kDigitsMax) return;
  PhoneReading reading;
  reading.begin = digits.begin;
  reading.end = digits.end;
  reading.strength = strength;
  reading.size = static_cast<std::uint8_t>(size);
  if (!code.empty()) std::memcpy(reading.digits, code.data(), code.size());
  std::memcpy(reading.digits + code.size(), number.data(), number.size());
  if (plan_.has(reading.value())) readings.push_back(reading);
}

}  // namespace outspan::fingerprint
