#include "detect/number_group.h"

#include <algorithm>

#include "detect/beside.h"

namespace outspan::detect {
namespace {

constexpr std::uint32_t kGapBytesMax = 3;
/// A whole number with a fraction of zeros is one value only if it could be one.
constexpr std::uint32_t kFloatDigitsMin = 7;
/// Digits that are a number by themselves.
constexpr std::uint32_t kListedDigitsMin = 9;

Gap kind_of(char separator) noexcept {
  switch (separator) {
    case ' ': return Gap::blank;
    case '-': return Gap::dash;
    case '.': return Gap::dot;
    case '/': return Gap::slash;
    case '(':
    case ')': return Gap::mixed;
    default: return Gap::none;
  }
}

/// Reads separators from `at` on; Gap::none where no digit follows them.
Gap read_gap(TextSpan text, std::uint32_t& at) noexcept {
  Gap gap = Gap::none;
  bool first = true, blank = false;
  const std::uint32_t begin = at;
  while (at - begin <= kGapBytesMax && !is_digit(text.after(at))) {
    const bool no_break = text.after(at) == '\xc2' && text.after(at + 1) == '\xa0';
    const Gap one = no_break ? Gap::blank : kind_of(text.after(at));
    if (one == Gap::none) return Gap::none;
    at += no_break ? 2 : 1;
    blank = blank || one == Gap::blank;
    gap = first ? one : Gap::mixed;
    first = false;
  }
  if (at - begin > kGapBytesMax) return Gap::none;
  return gap == Gap::mixed && blank ? Gap::mixed_blank : gap;
}

}  // namespace

std::uint32_t NumberGroup::read(TextSpan text, std::uint32_t begin) {
  first_ = runs_.size();
  const std::string_view bytes = text.bytes;
  std::uint32_t at = begin;
  Gap before = Gap::none;
  for (;;) {
    Run run{at, at, before, 0};
    while (run.end < bytes.size() && is_digit(bytes[run.end])) ++run.end;
    // "447911123456/447911123457", "1001/447911123456": two numbers, which a blank would part as
    // well. An area code begins with a zero.
    if (before == Gap::slash &&
        (runs_.back().size() >= kListedDigitsMin ||
         (run.size() >= kListedDigitsMin && bytes[runs_.back().begin] != '0')))
      run.before = Gap::mixed_blank;
    runs_.push_back(run);
    at = run.end;
    // Most groups end at a byte that is no separator at all.
    const char next = text.after(at);
    if (next == '.' && run.size() >= kFloatDigitsMin) at += zero_fraction_size(text, at);
    before = next == ',' || next == '"' || next == '\n' ? Gap::none : read_gap(text, at);
    if (before == Gap::none) break;
  }
  std::uint64_t shape = 0;
  for (std::size_t i = runs_.size(); i > first_; --i) {
    Run& run = runs_[i - 1];
    shape = shape << 5 | std::min<std::uint64_t>(run.size(), 31);
    run.shape = shape;
  }
  return runs_.back().end;
}

bool date_at(TextSpan text, const NumberGroup& group, std::size_t at) noexcept {
  const auto runs = group.runs();
  if (at + 1 >= runs.size()) return false;
  const auto century = [&](const Run& run) {
    if (run.size() != 4) return false;
    const char a = text.bytes[run.begin], b = text.bytes[run.begin + 1];
    return (a == '1' && b == '9') || (a == '2' && b == '0');
  };
  const auto tight = [](Gap gap) {
    return gap == Gap::dash || gap == Gap::dot || gap == Gap::slash;
  };
  if (!tight(runs[at + 1].before) || runs[at + 1].size() > 2) return false;
  if (century(runs[at])) return true;
  return at + 2 < runs.size() && runs[at].size() <= 2 && tight(runs[at + 2].before) &&
         century(runs[at + 2]);
}

bool ip_address_at(TextSpan text, const NumberGroup& group, std::size_t at) noexcept {
  const auto runs = group.runs();
  if (at + 4 > runs.size()) return false;
  for (std::size_t i = at; i < at + 4; ++i) {
    const std::string_view octet = text.bytes.substr(runs[i].begin, runs[i].size());
    if (i > at && runs[i].before != Gap::dot) return false;
    if (octet.size() > 3 || (octet.size() > 1 && octet[0] == '0')) return false;
    if (octet.size() == 3 && octet > "255") return false;
  }
  return group.gap_after(at + 3) != Gap::dot;
}

}  // namespace outspan::detect
