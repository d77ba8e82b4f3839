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

Edge edge_around(TextSpan text, std::uint32_t begin, std::uint32_t end) noexcept {
  const Edge before = edge_before_number(text, begin);
  return before == Edge::refused ? before : std::max(before, edge_after_number(text, end));
}

/// A word of hexadecimal digits, as wide as `size`, beside a blank: "9bde 4111 2742 3159 4259
/// fc87".
bool hex_word_at(TextSpan text, std::uint32_t begin, std::uint32_t size) noexcept {
  bool letters = false, digits = false;
  for (std::uint32_t at = begin; at < begin + size; ++at) {
    const char c = text.after(at);
    const bool letter = to_lower(c) >= 'a' && to_lower(c) <= 'f';
    if (!letter && !is_digit(c)) return false;
    (letter ? letters : digits) = true;
  }
  return letters && digits && !is_word(text.before(begin)) && !is_word(text.after(begin + size));
}

bool among_hex_words(TextSpan text, std::uint32_t begin, std::uint32_t end,
                     std::uint32_t size) noexcept {
  return (text.before(begin) == ' ' && begin > size && hex_word_at(text, begin - 1 - size, size)) ||
         (text.after(end) == ' ' && hex_word_at(text, end + 1, size));
}

/// The runs with as many digits as the first one of a number and blanks between them, around it.
struct Row {
  static constexpr std::size_t kRunsMax = 32;  ///< a longer row is a list of something else
  std::size_t begin, end;

  Row(std::size_t first, std::size_t after_last) noexcept : begin(first), end(after_last) {}
  Row(const NumberGroup& group, std::size_t first, std::size_t count) noexcept
      : begin(first), end(first + count) {
    const auto runs = group.runs();
    const std::uint32_t size = runs[first].size();
    while (begin > 0 && first - begin < kRunsMax && runs[begin].before == Gap::blank &&
           runs[begin - 1].size() == size)
      --begin;
    while (end < runs.size() && end - first < kRunsMax && runs[end].before == Gap::blank &&
           runs[end].size() == size)
      ++end;
  }
  /// It is made of such numbers ("4111 2742 3159 4259 5500 0623 2010 9832"), with one at `first`.
  [[nodiscard]] bool is_made_of(std::size_t first, std::size_t count) const noexcept {
    return first - begin < kRunsMax && end - first < kRunsMax && (first - begin) % count == 0 &&
           (end - first) % count == 0;
  }
};

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
    } else if (c == '?') {
      layout.strength = Strength::lone;
    } else if (c == '*') {
      layout.strength = Strength::strong;
    } else {
      layout.separators[layout.runs] = c;
      finish_run();
    }
  }
  finish_run();
  const std::uint64_t others = layout.mask >> 5;
  layout.even = layout.runs > 1 && ((layout.shape >> 5 ^ layout.shape) & others) == 0;
  return layout;
}

void NumberFormats::add(const NumberFormat& format, std::uint16_t user) {
  std::string_view rest = format.layouts;
  while (!rest.empty()) {
    const std::size_t bar = rest.find('|');
    Layout layout = parse(rest.substr(0, bar));
    layout.format = &format;
    layout.user = user;
    std::uint32_t digits = 0;
    for (std::uint64_t shape = layout.shape; shape != 0; shape >>= 5) digits += shape & 31;
    digits_min_ = std::min(digits_min_, digits);
    Layouts& layouts = by_first_[layout.shape & 31];
    (layout.runs > 1 ? layouts.long_ones : layouts.bare).push_back(layout);
    rest = bar == std::string_view::npos ? "" : rest.substr(bar + 1);
  }
}

bool NumberFormats::begins_with(std::uint32_t first, char separator,
                                std::uint32_t second) const noexcept {
  return std::ranges::any_of(by_first_[first].long_ones, [=](const Layout& layout) {
    const char own = layout.separators[0];
    return (layout.shape >> 5 & 31) == second &&
           (own == separator || (own == '_' && separator == '-'));
  });
}

void NumberFormats::read(Reading& reading, std::size_t count) noexcept {
  const auto runs = reading.group.runs();
  const std::size_t last = reading.first + count - 1;
  reading.read_runs = count;
  reading.edge_known = false;
  const Gap after = reading.group.gap_after(last);
  reading.possible = after == Gap::none || has_blank(after);  // else the middle of something longer
  if (!reading.possible) return;
  Finding& digits = reading.digits;
  digits.begin = runs[reading.first].begin;
  digits.end = runs[last].end;
  digits.size = 0;
  for (std::size_t i = reading.first; i <= last; ++i)
    digits.add(reading.text.bytes.substr(runs[i].begin, runs[i].size()));
  reading.possible = !all_same(digits.value());
}

bool NumberFormats::fits(const Layout& layout, Reading& reading) noexcept {
  const auto runs = reading.group.runs();
  const std::size_t first = reading.first, last = first + layout.runs - 1;
  Gap both = Gap::none;
  for (std::size_t i = first; i < last; ++i) {
    if (!gap_is(runs[i + 1].before, layout.separators[i - first], both)) return false;
  }
  if (reading.read_runs != layout.runs) read(reading, layout.runs);
  if (!reading.possible) return false;
  // Letters may stand where the number begins or ends only if the format knows them.
  const bool has_letters = layout.format->letters != nullptr;
  Edge edge = Edge::clear;
  if (!has_letters) {
    if (!reading.edge_known)
      reading.edge = edge_around(reading.text, reading.digits.begin, reading.digits.end);
    reading.edge_known = true;
    edge = reading.edge;
  }
  if (edge == Edge::refused || !layout.format->valid(reading.digits.value())) return false;

  Finding& finding = reading.finding;
  finding = reading.digits;
  if (has_letters) {
    if (!layout.format->letters(reading.text, finding)) return false;
    edge = edge_around(reading.text, finding.begin, finding.end);
    if (edge == Edge::refused) return false;
  }
  finding.strength = strength_of(layout, reading.text, reading.group, first, edge);
  finding.among_neighbours = !has_letters && layout.format->rare;
  finding.joined = edge == Edge::joined;
  return true;
}

Strength NumberFormats::strength_of(const Layout& layout, TextSpan text, const NumberGroup& group,
                                    std::size_t first, Edge edge) noexcept {
  const auto runs = group.runs();
  const std::size_t last = first + layout.runs - 1;
  const bool bare = layout.runs == 1;
  if (edge == Edge::joined || (edge == Edge::listed && bare))
    return std::min(layout.strength, Strength::lone);
  if (layout.strength == Strength::lone || (!bare && runs[last].before != Gap::blank))
    return layout.strength;
  // Beside other numbers with blanks as well: a row of a table, most likely. What is strong may be
  // a block of a row, and a month, a year or a code may follow it.
  const bool strong = layout.strength == Strength::strong;
  const Row row = strong && layout.even ? Row(group, first, layout.runs) : Row(first, last + 1);
  const bool before = has_blank(runs[row.begin].before);
  const bool after = has_blank(group.gap_after(row.end - 1));
  const bool in_table = before || (after && (!strong || runs.size() - row.end > 2));
  const bool cut_out =
      strong && layout.even &&
      (!row.is_made_of(first, layout.runs) ||
       among_hex_words(text, runs[row.begin].begin, runs[row.end - 1].end, runs[first].size()));
  return in_table || cut_out ? std::min(layout.strength, Strength::weak) : layout.strength;
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
