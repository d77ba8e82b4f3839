// The numbers of TextScanner: read in groups, judged by their neighbours, the surest kept.
#include <algorithm>
#include <bit>
#include <bitset>
#include <span>
#include <vector>

#include "detect/letter_led.h"
#include "detect/text_scanner.h"

namespace outspan::detect {
namespace {

/// Of digits that could be a value and could be any number.
constexpr std::uint8_t kLoneConfidence = 30;

/// "2024-01-15", and with the blank and the hour that follow: a bit for each digit.
constexpr std::uint64_t kDate = 0b11'011'01111, kDateAndHour = 0b11'011'011'01111;
constexpr std::size_t kDateBytes = 10;
bool is_date(std::string_view group, std::uint64_t digits) noexcept {
  const auto joins = [](char c) { return c == '-' || c == '.' || c == '/'; };
  if (digits != kDate && (digits != kDateAndHour || group[kDateBytes] != ' ')) return false;
  return (group.starts_with("19") || group.starts_with("20")) && joins(group[4]) && joins(group[7]);
}

/// "52.2455": two runs with a dot between them. "00" may be dialled, and many digits with a zero
/// behind the dot are a number without a fraction.
bool is_fraction(std::string_view group, std::uint32_t first) noexcept {
  return group[first] == '.' && first < kFloatDigitsMin && !group.starts_with("00");
}

/// In the middle of a date, a time, an address or a number in groups, where no value begins.
bool continues(const Run& run) noexcept {
  return run.before != Gap::none && !has_blank(run.before);
}

}  // namespace

/// Of a group, by its masks alone: too few digits for any value, a date, or a decimal fraction. A
/// value that begins in it would begin with its first digit, as blanks are nowhere else inside.
bool TextScanner::is_no_value(TextSpan text, std::uint32_t begin) const noexcept {
  const char before = text.before(begin);
  if (before == '+' || before == '(') return false;
  // Of an IBAN.
  if (is_upper(before) || (before == ' ' && begin > 1 && is_upper(text.bytes[begin - 2])))
    return false;
  const auto [mask, size] = anchors_.stretch(begin);
  const NumberFormats& numbers = signatures_->numbers();
  const auto digits = static_cast<std::uint32_t>(std::popcount(mask));
  if (size == 64) return false;
  if (digits < PhoneRules::kDigitsMin && digits < numbers.digits_min()) return true;
  const auto first = static_cast<std::uint32_t>(std::countr_one(mask));
  const auto second = static_cast<std::uint32_t>(std::countr_one(mask >> first >> 1));
  const std::string_view group = text.bytes.substr(begin, size);
  return (is_date(group, mask) || (size - digits == 1 && is_fraction(group, first))) &&
         !numbers.begins_with(first, group[first], second);
}

void TextScanner::find_numbers(TextSpan text) {
  const auto fiscal_code = signatures_->fiscal_code(), pan = signatures_->indian_pan();
  anchors_.find(*masks_, fiscal_code || pan);
  candidates_ += anchors_.groups().size();
  group_.clear();
  refused_groups_ = false;
  for (const std::uint32_t begin : anchors_.groups()) {
    if (candidate_sink_ == nullptr && is_no_value(text, begin)) {
      refused_groups_ = true;
      continue;
    }
    group_.read(text, begin);
    if (candidate_sink_ != nullptr) candidate_sink_->on_numbers(group_);
    if (signatures_->searches_numbers()) find_in_group(text);
  }
  for (const std::uint32_t letter : anchors_.shapes()) {
    Finding finding;
    if (fiscal_code && find_italian_fiscal_code(text, letter, finding))
      add_letter_led(text, *fiscal_code, finding);
    else if (pan && find_indian_pan(text, letter, finding))
      add_letter_led(text, *pan, finding);
  }
}

/// Kinds of numbers that nobody counts matter only where they could claim the digits of a find.
void TextScanner::find_in_group(TextSpan text) {
  const std::size_t from = found_.size();
  find_counted_in_group(text);
  if (found_.size() > from) find_others_in_group(text, from);
}

bool TextScanner::find_phone(TextSpan text, std::size_t run, Finding& finding) {
  if (!signatures_->phone_rules().find(text, group_, run, finding)) return false;
  add_number(text, *signatures_->phone(), run, finding);
  return true;
}

void TextScanner::find_counted_in_group(TextSpan text) {
  const auto iban = signatures_->iban();
  const bool phones = signatures_->counts_phones();
  const auto runs = group_.runs();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (continues(runs[i])) continue;
    const char before = text.before(runs[i].begin);
    Finding finding;
    if (iban && (is_upper(before) || before == ' ') && find_iban(text, runs[i], finding))
      add_letter_led(text, *iban, finding);
    if (phones && find_phone(text, i, finding) && finding.strength == Strength::strong) {
      // The plus says what all these digits are.
      while (i + 1 < runs.size() && runs[i + 1].begin < finding.end) ++i;
      continue;
    }
    signatures_->numbers().match(text, group_, i,
                                 [&](SignatureIndex signature, const Finding& number) {
                                   add_number(text, signature, i, number);
                                 });
  }
}

void TextScanner::find_others_in_group(TextSpan text, std::size_t from) {
  const bool phones = signatures_->phone() && !signatures_->counts_phones();
  const auto runs = group_.runs();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (continues(runs[i])) continue;
    Finding finding;
    if (phones && find_phone(text, i, finding) && finding.strength == Strength::strong) {
      const Found phone = found_.back();
      const auto first = found_.begin() + static_cast<std::ptrdiff_t>(from);
      found_.erase(std::remove_if(first, found_.end(),
                                  [&phone](const Found& other) {
                                    return other.signature != phone.signature &&
                                           other.begin >= phone.begin && other.begin < phone.end;
                                  }),
                   found_.end());
      while (i + 1 < runs.size() && runs[i + 1].begin < finding.end) ++i;
      continue;
    }
    signatures_->other_numbers().match(text, group_, i,
                                       [&](SignatureIndex signature, const Finding& number) {
                                         add_number(text, signature, i, number);
                                       });
  }
}

void TextScanner::add_letter_led(TextSpan text, SignatureIndex signature, const Finding& finding) {
  add(text, signature, finding.begin, finding.end, finding.value(),
      confidence(text, signature, finding.begin, finding.end, finding.strength));
}

void TextScanner::add_number(TextSpan text, SignatureIndex index, std::size_t run,
                             const Finding& finding) {
  using Doubt = Found::Doubt;
  const Signature& signature = (*signatures_)[index];
  std::uint8_t sure =
      confidence(text, index, finding.begin, finding.end, finding.strength, finding.joined);
  Doubt doubt = finding.among_neighbours && sure != 0 ? Doubt::contradicted : Doubt::none;
  if (finding.strength <= Strength::lone) {
    const bool has_word = sure != 0;
    if (!has_word && (signature.context_required || !finding.among_neighbours)) return;
    doubt = has_word ? Doubt::none
                     : (finding.strength == Strength::weak ? Doubt::unsupported : Doubt::lone);
    if (!has_word) sure = signature.confidence_base;
  }
  const std::size_t before = found_.size();
  add(text, index, finding.begin, finding.end, finding.value(), sure);
  if (found_.size() == before) return;
  Found& found = found_.back();
  found.doubt = doubt;
  found.run = group_.runs()[run].begin;
}

NumberPlace TextScanner::place_of(TextSpan text, const Found& found) const noexcept {
  const auto runs = group_.all();
  const auto first = std::ranges::lower_bound(runs, found.run, {}, &Run::begin) - runs.begin();
  auto end = static_cast<std::size_t>(first) + 1;
  while (end < runs.size() && runs[end].begin < found.end) ++end;
  const bool line_plus =
      text.bytes[found.begin] == '+' && (found.begin == 0 || text.bytes[found.begin - 1] == '\n');
  return {static_cast<std::uint32_t>(first), static_cast<std::uint8_t>(end - first), line_plus};
}

/// Asks the neighbours of the numbers that are not sure by themselves.
void TextScanner::settle_doubts(TextSpan text, std::size_t from) {
  const auto numbers = std::span(found_).subspan(from);
  if (std::ranges::all_of(numbers,
                          [](const Found& found) { return found.doubt == Found::Doubt::none; }))
    return;
  if (refused_groups_) {  // what can be no value is a neighbour all the same
    group_.clear();
    for (const std::uint32_t begin : anchors_.groups()) group_.read(text, begin);
  }
  std::bitset<kSignaturesMax> settled;
  for (std::size_t i = from; i < found_.size(); ++i) {
    const SignatureIndex signature = found_[i].signature;
    if (found_[i].doubt == Found::Doubt::none || settled.test(signature)) continue;
    settled.set(signature);
    settle_doubts_of(text, from, signature);
  }
  std::erase_if(found_, [](const Found& found) { return found.confidence == 0; });
}

void TextScanner::settle_doubts_of(TextSpan text, std::size_t from, SignatureIndex signature) {
  places_.clear();
  for (std::size_t i = from; i < found_.size(); ++i)
    if (found_[i].signature == signature) places_.push_back(place_of(text, found_[i]));
  const NumberFormat* format = (*signatures_)[signature].number_format;
  const bool rare = format != nullptr && format->rare;
  NumberNeighbours neighbours(text, group_.all(), places_);
  auto next_place = places_.begin();
  for (std::size_t i = from; i < found_.size(); ++i) {
    Found& found = found_[i];
    if (found.signature != signature) continue;
    const NumberPlace place = *next_place++;
    switch (found.doubt) {
      case Found::Doubt::none: break;
      case Found::Doubt::unsupported:
        if (!neighbours.support(place, rare)) found.confidence = 0;
        break;
      case Found::Doubt::lone:
        if (!neighbours.support(place, rare))
          found.confidence = std::min(found.confidence, kLoneConfidence);
        break;
      case Found::Doubt::contradicted:
        if (neighbours.contradict(place)) found.confidence = 0;
    }
  }
}

/// The same digits may pass as several kinds of number; the surest one counts, then the longest.
/// Decided by the overlapping values alone, so that it does not matter where the text was cut.
void TextScanner::drop_overlapped(std::size_t from) {
  const auto first = found_.begin() + static_cast<std::ptrdiff_t>(from);
  if (found_.size() - from < 2) return;
  const auto earlier = [](const Found& a, const Found& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  };
  if (!std::is_sorted(first, found_.end(), earlier)) std::sort(first, found_.end(), earlier);
  const auto overlap = [](const Found& a, const Found& b) { return b.begin < a.end; };
  if (std::adjacent_find(first, found_.end(), overlap) == found_.end()) return;
  const auto better = [](const Found& a, const Found& b) {
    if (a.confidence != b.confidence) return a.confidence > b.confidence;
    const std::uint32_t a_size = a.end - a.begin, b_size = b.end - b.begin;
    if (a_size != b_size) return a_size > b_size;
    return a.signature != b.signature ? a.signature < b.signature : a.begin < b.begin;
  };
  std::vector<bool> dropped(found_.size() - from);
  for (std::size_t i = from; i < found_.size(); ++i) {
    for (std::size_t j = i + 1; j < found_.size() && found_[j].begin < found_[i].end; ++j) {
      const bool same = found_[i].signature == found_[j].signature &&
                        found_[i].begin == found_[j].begin && found_[i].end == found_[j].end;
      if (same || better(found_[i], found_[j]))
        dropped[j - from] = true;
      else
        dropped[i - from] = true;
    }
  }
  std::size_t kept = from;
  for (std::size_t i = from; i < found_.size(); ++i) {
    if (!dropped[i - from]) found_[kept++] = found_[i];
  }
  found_.resize(kept);
}

}  // namespace outspan::detect
