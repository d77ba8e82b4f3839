#include "detect/number_format.h"

#include <algorithm>

namespace outspan::detect {
namespace {

bool gap_is(Gap gap, char wanted, Gap& both) noexcept {
  switch (wanted) {
    case ' ': return gap == Gap::blank;
    case '-': return gap == Gap::dash;
    case '.': return gap == Gap::dot;
    case '/': return gap == Gap::slash;
    default:  // '_'
      if (gap != Gap::blank && gap != Gap::dash) return false;
      if (both != Gap::none && both != gap) return false;
      both = gap;
      return true;
  }
}

bool all_same(std::string_view digits) noexcept {
  return digits.find_first_not_of(digits.front()) == std::string_view::npos;
}

}  // namespace

NumberFormats::Layout NumberFormats::parse(std::string_view text) {
  Layout layout;
  int shift = 0;
  std::uint64_t length = 0;
  const auto finish_run = [&] {
    layout.shape |= length << shift;
    layout.mask |= std::uint64_t{31} << shift;
    shift += 5;
    length = 0;
    ++layout.runs;
  };
  for (const char c : text) {
    if (is_digit(c)) {
      length = length * 10 + static_cast<std::uint64_t>(digit(c));
    } else if (c == '!') {
      layout.strength = Strength::weak;
    } else if (c == '*') {
      layout.strength = Strength::strong;
    } else {
      layout.separators[layout.runs] = c;
      finish_run();
    }
  }
  finish_run();
  return layout;
}

void NumberFormats::add(const NumberFormat& format, std::uint16_t user) {
  std::string_view rest = format.layouts;
  while (!rest.empty()) {
    const std::size_t bar = rest.find('|');
    Layout layout = parse(rest.substr(0, bar));
    layout.format = &format;
    layout.user = user;
    by_first_[layout.shape & 31].push_back(layout);
    if (layout.runs > 1) by_first_is_long_[layout.shape & 31] = true;
    rest = bar == std::string_view::npos ? "" : rest.substr(bar + 1);
  }
}

bool NumberFormats::fits(const Layout& layout, TextSpan text, const NumberGroup& group,
                         std::size_t first, Finding& finding) noexcept {
  const auto& runs = group.runs();
  const std::size_t last = first + layout.runs - 1;
  Gap both = Gap::none;
  for (std::size_t i = first; i < last; ++i) {
    if (!gap_is(runs[i + 1].before, layout.separators[i - first], both)) return false;
  }
  const Gap before = runs[first].before, after = group.gap_after(last);
  if (after != Gap::none && !has_blank(after)) return false;  // the middle of something longer
  // Letters may stand where the number begins or ends only if the format knows them.
  if (layout.format->letters == nullptr &&
      (!number_may_begin(text, runs[first].begin) || !number_may_end(text, runs[last].end)))
    return false;

  finding.size = 0;
  for (std::size_t i = first; i <= last; ++i) {
    for (std::uint32_t at = runs[i].begin; at < runs[i].end; ++at) finding.add(text.bytes[at]);
  }
  if (all_same(finding.value()) || !layout.format->valid(finding.value())) return false;

  finding.begin = runs[first].begin;
  finding.end = runs[last].end;
  finding.strength = layout.strength;
  // Between other numbers with blanks as well: a row of a table, most likely.
  const bool own_blanks = layout.runs == 1 || runs[last].before == Gap::blank;
  if (own_blanks && (before == Gap::blank || after == Gap::blank) &&
      layout.strength == Strength::normal)
    finding.strength = Strength::weak;
  if (layout.format->letters == nullptr) return true;
  return layout.format->letters(text, finding) && number_may_begin(text, finding.begin) &&
         number_may_end(text, finding.end);
}

const NumberFormat* number_format(std::string_view detector) noexcept {
  for (const auto formats : {payment_formats(), identifier_formats()}) {
    for (const NumberFormat& format : formats) {
      if (format.detector == detector) return &format;
    }
  }
  return nullptr;
}

}  // namespace outspan::detect
