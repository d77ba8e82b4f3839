#include "fingerprint/forms/phone_form.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "detect/beside.h"
#include "detect/phone_table.h"
#include "fingerprint/forms/exponent_number.h"

namespace outspan::fingerprint {
namespace {

using detect::Edge;
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
/// Countries that are not configured, at most.
constexpr std::size_t kForeignMax = 16;
/// Short numbers of small countries would make a phone of every date.
constexpr std::size_t kBareDigitsMin = 9;

/// Whether the run is the fraction of a number with a decimal comma: "4,47911123456E+11".
bool comma_before(TextSpan text, const Run& run) noexcept {
  return detect::to_upper(text.after(run.end)) == 'E' && text.before(run.begin) == ',' &&
         detect::is_digit(text.before(run.begin - 1));
}

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
  bool joined = false;               // part of a path or a name

  [[nodiscard]] std::string_view text() const noexcept { return {all, size}; }
};

PhoneReader::PhoneReader(PhonePlan plan, const std::vector<std::string>& countries)
    : plan_(std::move(plan)), calling_codes_(1000) {
  for (const detect::CallingCode& code : detect::calling_codes()) calling_codes_[code.code] = true;
  add_countries(countries);
  for (std::size_t i = 0; i < PhonePlan::kBeginnings; ++i)
    if (plan_.lengths(i) != 0) add_beginnings(i);
  beginnings_.finish();
  grouped_.finish();
}

/// The calling codes that most numbers of the plan may have, at most kForeignMax.
std::vector<std::uint16_t> PhoneReader::codes_of_plan() const {
  std::vector<std::pair<std::size_t, std::uint16_t>> found;  // beginnings, code
  for (const detect::CallingCode& code : detect::calling_codes()) {
    std::size_t from = code.code, size = 1;
    while (from < PhonePlan::kBeginnings / 10) from *= 10, size *= 10;
    std::size_t beginnings = 0;
    for (std::size_t i = from; i < from + size; ++i) beginnings += plan_.lengths(i) != 0 ? 1U : 0U;
    if (beginnings != 0) found.emplace_back(beginnings, code.code);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<std::uint16_t> codes;
  for (const auto& [beginnings, code] : found)
    if (codes.size() < kForeignMax) codes.push_back(code);
  return codes;
}

void PhoneReader::add_countries(const std::vector<std::string>& countries) {
  const std::vector<std::uint16_t> codes = codes_of_plan();
  for (const bool foreign : {false, true}) {
    for (const detect::NumberingPlan& numbering : detect::numbering_plans()) {
      const bool wanted =
          foreign
              ? std::find(codes.begin(), codes.end(), numbering.code) != codes.end()
              : std::find(countries.begin(), countries.end(), numbering.country) != countries.end();
      const Country country{std::to_string(numbering.code), numbering.trunk_prefix, foreign};
      const auto same = [&country](const Country& other) {
        return other.code == country.code && other.trunk_prefix == country.trunk_prefix;
      };
      if (wanted && std::none_of(countries_.begin(), countries_.end(), same))
        countries_.push_back(country);
    }
  }
}

/// `beginning`: of as many digits as are known of a text's; two of them are looked at.
void PhoneReader::Beginnings::add(std::string_view beginning, std::size_t digits) {
  const auto bit = std::uint32_t{1} << std::min(digits, kDigitsMax);
  const auto at = static_cast<std::size_t>(beginning[0] - '0') * 10;
  if (beginning.size() > 1)
    exact_[at + static_cast<std::size_t>(beginning[1] - '0')] |= bit;
  else
    for (std::size_t second = 0; second < 10; ++second) exact_[at + second] |= bit;
}

void PhoneReader::Beginnings::finish() noexcept {
  for (std::size_t two = 0; two < exact_.size(); ++two) {
    // A bit, and all above it.
    const std::uint32_t lowest = exact_[two] & (~exact_[two] + 1);
    at_most_[two] = lowest == 0 ? 0 : ~(lowest - 1);
  }
}

/// What interpret() would accept of the numbers with one beginning, as far as two digits tell.
void PhoneReader::add_beginnings(std::size_t beginning) {
  std::string digits = std::to_string(beginning);
  digits.insert(0, 4 - digits.size(), '0');
  for (std::size_t size = PhonePlan::kDigitsMin; size <= PhonePlan::kDigitsMax; ++size) {
    if ((plan_.lengths(beginning) >> size & 1) == 0) continue;
    const auto with_zero = [&](std::string_view before, std::string_view rest, std::size_t length) {
      const std::string text = std::string(before) + std::string(rest);
      beginnings_.add(text, before.size() + length);
    };
    with_zero("", digits, size);
    for (const std::string_view prefix : kInternationalPrefixes) with_zero(prefix, digits, size);
    // "44 020 …": a zero that is dialled inside the country only.
    for (std::size_t code = 1; code <= 3; ++code) {
      const std::string zero = digits.substr(0, code) + "0" + digits.substr(code);
      with_zero("", zero, size + 1);
      for (const std::string_view prefix : kInternationalPrefixes)
        with_zero(prefix, zero, size + 1);
    }
    for (const Country& country : countries_)
      if (digits.starts_with(country.code)) add_national(country, digits, size);
  }
}

/// The same of its national form.
void PhoneReader::add_national(const Country& country, std::string_view digits, std::size_t size) {
  const std::string_view national = digits.substr(country.code.size());
  const std::size_t length = size - country.code.size();
  const auto add = [length, national](Beginnings& to, const std::string& before) {
    to.add(before + std::string(national), before.size() + length);
  };
  const std::string& trunk = country.trunk_prefix;
  if (country.foreign) {
    if (trunk.starts_with('0')) return add(beginnings_, trunk);
    add(grouped_, "");
    return add(grouped_, trunk);
  }
  add(beginnings_, "");
  add(beginnings_, trunk);
  add(beginnings_, trunk + "0");
  if (country.code != "54") return;
  // See argentine_mobile: anything with twelve or thirteen digits.
  for (char first = '0'; first <= '9'; ++first)
    for (const std::size_t all : {std::size_t{12}, std::size_t{13}})
      beginnings_.add(std::string_view(&first, 1), all);
}

bool PhoneReader::may_be_number(TextSpan text, const NumberGroup& group,
                                std::size_t first) const noexcept {
  const auto runs = group.runs();
  const Run& run = runs[first];
  const auto digit = [&text](std::uint32_t at) {
    return static_cast<std::size_t>(text.bytes[at] - '0');
  };
  const bool alone = first + 1 == runs.size();
  if (run.size() == 1 && alone) return false;
  const std::size_t two =
      digit(run.begin) * 10 + digit(run.size() > 1 ? run.begin + 1 : runs[first + 1].begin);
  if (alone) return beginnings_.exactly(two, run.size());
  std::size_t digits = run.size();
  for (std::size_t i = first + 1; i < runs.size() && i < first + kRunsMax; ++i)
    digits += runs[i].size();
  return beginnings_.at_most(two, digits) || grouped_.at_most(two, digits);
}

void PhoneReader::read(TextSpan text, const NumberGroup& group,
                       std::vector<PhoneReading>& readings) const {
  std::uint32_t taken = 0;  // a plus says what all the digits up to here are
  const auto runs = group.runs();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Run& run = runs[i];
    if (run.begin < taken) continue;
    const std::size_t known = readings.size();
    const char before = text.before(run.begin);
    const bool marked = before == '+' || before == '(';
    // Behind a blank a new number may begin; inside of one nothing does.
    if (run.before != Gap::none && !detect::has_blank(run.before) && !marked) continue;
    if (run.size() <= 3 && group.gap_after(i) == Gap::dot) {
      if (detect::ip_address_at(text, group, i)) {
        i += 3;
        continue;
      }
      if (run.size() == 1) read_exponent(text, run.begin, readings);
    } else if (comma_before(text, run)) {
      read_exponent(text, run.begin - 2, readings);
    } else if (text.after(run.end) == '+' && group.gap_after(i) == Gap::none) {
      read_turned(text, run, readings);
    }
    // Zeros in parentheses are left out behind a plus, so its digits cannot be counted here.
    if (before != '+' && !(before == '(' && run.begin >= 2 && text.bytes[run.begin - 2] == '+') &&
        !may_be_number(text, group, i))
      continue;
    read_from(text, group, i, readings);
    for (std::size_t r = known; r < readings.size(); ++r)
      if (text.bytes[readings[r].begin] == '+') taken = std::max(taken, readings[r].end);
  }
}

void PhoneReader::read_from(TextSpan text, const NumberGroup& group, std::size_t first,
                            std::vector<PhoneReading>& readings) const {
  const auto runs = group.runs();
  Digits digits;
  digits.begin = runs[first].begin;
  digits.parenthesis = text.before(digits.begin) == '(';
  if (digits.parenthesis) --digits.begin;
  digits.plus = text.before(digits.begin) == '+';
  if (digits.plus) --digits.begin;
  if (digits.plus && !digits.parenthesis && text.before(digits.begin) == '(') --digits.begin;
  const detect::Edge edge =
      digits.plus ? Edge::clear : detect::edge_before_number(text, digits.begin);
  const bool glued = digits.plus && detect::word_before(text, digits.begin);
  if (edge == Edge::refused || (glued && !detect::glued_word_before(text, digits.begin))) return;
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
    const Edge end = after == Gap::none ? detect::edge_after_number(text, run.end) : Edge::clear;
    const bool may_end =
        after == Gap::none ? end != Edge::refused : detect::has_blank(after) || digits.plus;
    digits.joined = glued || (!digits.plus && std::max(edge, end) == Edge::joined);
    if (may_end) interpret(digits, readings);
  }
}

/// "4.47911123456E11" of a spreadsheet, whose first digit stands at `begin`.
void PhoneReader::read_exponent(TextSpan text, std::uint32_t begin,
                                std::vector<PhoneReading>& readings) const {
  const auto number = ExponentNumber::at(text, begin);
  if (!number || number->is_cut() || detect::edge_before_number(text, begin) == Edge::refused)
    return;
  Digits digits;
  digits.begin = begin;
  digits.end = number->end();
  digits.size = number->digits().copy(digits.all, sizeof digits.all);
  if (text.complete(digits.begin, digits.end)) interpret(digits, readings);
}

/// "654321119744+", written from right to left.
void PhoneReader::read_turned(TextSpan text, const Run& run,
                              std::vector<PhoneReading>& readings) const {
  if (run.size() >= kDigitsMax || detect::is_word(text.after(run.end + 1)) ||
      edge_before_number(text, run.begin) == Edge::refused)
    return;
  Digits digits;
  digits.begin = run.begin;
  digits.end = run.end + 1;
  digits.grouped = true;
  digits.size = run.size();
  std::reverse_copy(text.bytes.begin() + run.begin, text.bytes.begin() + run.end, digits.all);
  if (text.complete(digits.begin, digits.end)) interpret(digits, readings);
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
  for (const Country& country : countries_)
    country.foreign ? foreign_national(digits, country, readings)
                    : national(digits, country, readings);
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

/// Without a configured country digits are a national number only if they look like one.
void PhoneReader::foreign_national(const Digits& digits, const Country& country,
                                   std::vector<PhoneReading>& readings) const {
  const std::string_view all = digits.text(), trunk = country.trunk_prefix;
  const bool has_zero = trunk.starts_with('0');
  if (!has_zero && !digits.grouped && !digits.parenthesis) return;
  if (!trunk.empty() && all.starts_with(trunk))
    add(digits, country.code, all.substr(trunk.size()), Strength::normal, readings, true);
  if (!has_zero) add(digits, country.code, all, Strength::normal, readings, true);
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
                      Strength strength, std::vector<PhoneReading>& readings, bool foreign) const {
  const std::size_t size = code.size() + number.size();
  if (size < PhonePlan::kDigitsMin || size > PhonePlan::kDigitsMax) return;
  PhoneReading reading;
  reading.begin = digits.begin;
  reading.end = digits.end;
  reading.strength = digits.joined ? Strength::weak : strength;
  reading.foreign = foreign;
  reading.size = static_cast<std::uint8_t>(size);
  if (!code.empty()) std::memcpy(reading.digits, code.data(), code.size());
  std::memcpy(reading.digits + code.size(), number.data(), number.size());
  if (plan_.has(reading.value())) readings.push_back(reading);
}

}  // namespace outspan::fingerprint
