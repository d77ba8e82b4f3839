#include "detect/number_neighbours.h"

#include <algorithm>
#include <array>

namespace outspan::detect {
namespace {

/// What numbers of one company share, and numbers that are counted up.
constexpr std::size_t kBeginningBytes = 6;
constexpr std::size_t kBeginningsMin = 3;
/// So many in a column that chance is excluded: where one in ten is valid (a check digit), where
/// one in three is (bare digits of a plan), and where one in two is (groups in a row of numbers).
constexpr std::size_t kEnoughRare = 3, kEnoughBare = 8, kEnoughGroups = 12;

}  // namespace

void NumberNeighbours::Counts::add(std::string_view beginning, bool is_passed) noexcept {
  ++all;
  if (!is_passed) return;
  ++passed;
  const auto known = beginnings.begin() + static_cast<std::ptrdiff_t>(different);
  if (different < beginnings.size() && std::find(beginnings.begin(), known, beginning) == known)
    beginnings[different++] = beginning;
}

/// In a column of customers' numbers nearly all are such numbers, and they do not count up.
bool NumberNeighbours::Counts::support(std::size_t enough) const noexcept {
  if (enough == kEnoughRare) return passed >= enough && passed * 5 >= all * 4;
  return passed >= enough && passed * 10 >= all * 9 && different >= kBeginningsMin;
}

bool NumberNeighbours::Counts::contradict() const noexcept {
  return all - passed >= 2 && passed * 5 < all * 4;
}

bool NumberNeighbours::support(const NumberPlace& number, bool rare) {
  count(number);
  const std::size_t enough = rare ? kEnoughRare : number.runs == 1 ? kEnoughBare : kEnoughGroups;
  return everywhere_.support(enough) || column_.support(enough);
}

bool NumberNeighbours::contradict(const NumberPlace& number) {
  count(number);
  return everywhere_.contradict() && (column_.all < 3 || column_.contradict());
}

bool NumberNeighbours::same_form(const NumberPlace& number, std::size_t at) const noexcept {
  const Run& run = runs_[at];
  if (number.line_plus) {
    const char before = text_.before(run.begin);
    return (before == '+' || before == '-') &&
           (run.begin == 1 || text_.bytes[run.begin - 2] == '\n');
  }
  const Run& own = runs_[number.run];
  const std::uint64_t mask = (std::uint64_t{1} << 5 * number.runs) - 1;
  if (((run.shape ^ own.shape) & mask) != 0) return false;
  if (run.before != Gap::none && !has_blank(run.before)) return false;
  for (std::size_t i = 1; i < number.runs; ++i)
    if (runs_[at + i].before != runs_[number.run + i].before) return false;
  const std::size_t next = at + number.runs;
  return next == runs_.size() || runs_[next].before == Gap::none || has_blank(runs_[next].before);
}

bool NumberNeighbours::passed_at(const NumberPlace& number, std::size_t at) noexcept {
  while (next_passed_ < passed_.size() && passed_[next_passed_].run < at) ++next_passed_;
  for (std::size_t i = next_passed_; i < passed_.size() && passed_[i].run == at; ++i)
    if (number.line_plus || passed_[i].runs == number.runs) return true;
  return false;
}

/// A row of a table, a tuple or an object ends there.
bool NumberNeighbours::row_ends_between(std::uint32_t begin, std::uint32_t end) const noexcept {
  return text_.bytes.substr(begin, end - begin).find_first_of("\n)]}") != std::string_view::npos;
}

void NumberNeighbours::collect(const NumberPlace& number) {
  const std::uint32_t at = runs_[number.run].begin;
  std::size_t from = number.run, end = number.run + 1;
  while (from > 0 && runs_[from - 1].begin + kReachBytes >= at) --from;
  while (end < runs_.size() && runs_[end].begin <= at + kReachBytes) ++end;
  while (first_passed_ < passed_.size() && passed_[first_passed_].run < from) ++first_passed_;
  next_passed_ = first_passed_;

  neighbours_.clear();
  std::uint32_t row = 0, column = 0, last_end = at - std::min(at, kReachBytes);
  for (std::size_t i = from; i < end; ++i) {
    if (!same_form(number, i)) continue;
    // The first row is whole only where it is the first one of the text.
    const bool first_of_text = neighbours_.empty() && last_end == 0 && text_.at_start;
    const bool new_row = first_of_text || row_ends_between(last_end, runs_[i].begin);
    row += new_row ? 1 : 0;
    column = new_row || neighbours_.empty() ? 0 : column + 1;
    const bool passed = passed_at(number, i);
    neighbours_.push_back({i, row == 0 ? kUnknown : column, passed});
    // Where one number is, none begins inside; elsewhere any run may be the first one.
    if (passed && !number.line_plus) i += number.runs - 1u;
    last_end = runs_[std::min(i, runs_.size() - 1)].end;
  }
}

void NumberNeighbours::count(const NumberPlace& number) {
  collect(number);
  everywhere_ = column_ = {};
  const auto own = std::find_if(neighbours_.begin(), neighbours_.end(),
                                [&](const Neighbour& one) { return one.run == number.run; });
  const std::uint32_t column = own == neighbours_.end() ? kUnknown : own->column;
  for (const Neighbour& one : neighbours_) {
    const std::string_view beginning = text_.bytes.substr(runs_[one.run].begin, kBeginningBytes);
    everywhere_.add(beginning, one.passed);
    if (one.column == column && column != kUnknown) column_.add(beginning, one.passed);
  }
}

}  // namespace outspan::detect
