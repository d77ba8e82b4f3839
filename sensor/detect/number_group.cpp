#include "detect/number_group.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "detect/beside.h"

namespace outspan::detect {
namespace {

constexpr std::uint32_t kGapBytesMax = 3;
/// Digits that are a number by themselves.
constexpr std::uint32_t kListedDigitsMin = 9;

/// By character: what one separator alone is.
constexpr std::array<Gap, 256> kKinds = [] {
  std::array<Gap, 256> kinds{};
  kinds[' '] = Gap::blank;
  kinds['-'] = Gap::dash;
  kinds['.'] = Gap::dot;
  kinds['/'] = Gap::slash;
  kinds['('] = kinds[')'] = Gap::mixed;
  return kinds;
}();
Gap kind_of(char separator) noexcept { return kKinds[static_cast<unsigned char>(separator)]; }

std::uint32_t end_of_digits(std::string_view text, std::uint32_t at) noexcept {
  while (at + 8 <= text.size()) {
    // Of eight bytes: the top bit of those that are no digits. No sum carries into the next byte.
    constexpr std::uint64_t kEach = 0x0101010101010101;
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data() + at, 8);
    const std::uint64_t values = bytes ^ '0' * kEach;  // of digits: 0 to 9
    const std::uint64_t others =
        (((values & 0x7f * kEach) + (0x80 - 10) * kEach) | values) & 0x80 * kEach;
    if (others != 0) return at + static_cast<std::uint32_t>(std::countr_zero(others)) / 8;
    at += 8;
  }
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}
static_assert(std::endian::native == std::endian::little);

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

/// The same; mostly there is one separator, or none at all.
Gap gap_at(TextSpan text, std::uint32_t& at) noexcept {
  const char c = text.after(at);
  const Gap one = kind_of(c);
  if (one == Gap::none && c != '\xc2') return Gap::none;
  if (one == Gap::none || !is_digit(text.after(at + 1))) return read_gap(text, at);
  ++at;
  return one;
}

/// "447911123456/447911123457", "1001/447911123456", "(1001)447911123456": two numbers, which a
/// blank would part as well. An area code begins with a zero.
bool lists_numbers(TextSpan text, const Run& left, const Run& right) noexcept {
  const bool slash = right.before == Gap::slash;
  const bool key = text.after(left.end) == ')' && right.begin == left.end + 1;
  if (slash && left.size() >= kListedDigitsMin) return true;
  return (slash || key) && right.size() >= kListedDigitsMin && text.bytes[left.begin] != '0';
}

}  // namespace

std::uint32_t NumberGroup::read(TextSpan text, std::uint32_t begin) {
  first_ = runs_.size();
  std::uint32_t at = begin;
  Gap before = Gap::none;
  do {
    Run run{at, end_of_digits(text.bytes, at), before, 0};
    if (before != Gap::none && lists_numbers(text, runs_.back(), run))
      run.before = Gap::mixed_blank;
    runs_.push_back(run);
    at = run.end;
    if (text.after(at) == '.' && run.size() >= kFloatDigitsMin) at += zero_fraction_size(text, at);
    before = gap_at(text, at);
  } while (before != Gap::none);
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
