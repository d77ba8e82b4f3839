#include "access/history.h"

#include <algorithm>

#include "access/pull_window.h"

namespace outspan::access {
namespace {

/// Weeks that ended so long ago still count.
constexpr DayNumber kWeeksBack = 35;
/// Of a puller who was away for long.
constexpr std::size_t kLastDays = 10;
constexpr std::uint8_t kMachineHours = 20;
constexpr std::size_t kMachineDays = 5;

/// The lower one of the two in the middle.
double median(std::vector<std::uint32_t>& values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::uint64_t highest(const std::vector<std::uint32_t>& values) {
  return values.empty() ? 0 : *std::max_element(values.begin(), values.end());
}

/// What has been reported twice is not reported a third time: the second highest counts.
struct Reported {
  std::uint64_t first = 0, second = 0;
  void add(std::uint64_t customers) noexcept {
    second = std::max(second, std::min(first, customers));
    first = std::max(first, customers);
  }
};

}  // namespace

void History::Day::join(const Day& again) noexcept {
  hours = std::max(hours, again.hours);
  out_of_ordinary = out_of_ordinary || again.out_of_ordinary;
  customers = std::max(customers, again.customers);
  week = std::max(week, again.week);
}

void History::add(const Day& day) {
  if (!days_.empty() && days_.back().day == day.day) return days_.back().join(day);
  if (days_.size() == days_.capacity()) days_.reserve(days_.size() + 4);
  days_.push_back(day);
  std::size_t drop = 0;
  const auto is_old = [&](std::size_t at) {
    const DayNumber age = DayNumber{day.day} - days_[at].day;
    const std::size_t from_here = days_.size() - at;
    return from_here > kDaysMax || age > kMemoryDays || (age > kWeeksBack && from_here > kLastDays);
  };
  while (is_old(drop)) ++drop;
  days_.erase(days_.begin(), days_.begin() + static_cast<std::ptrdiff_t>(drop));
}

/// Four weeks, or as far back as the last ten days go.
std::size_t History::first_that_counts(DayNumber today) const noexcept {
  std::size_t first = days_.size();
  while (first > 0 && today - days_[first - 1].day <= kMemoryDays &&
         (today - days_[first - 1].day <= kLookBackDays || days_.size() - first < kLastDays))
    --first;
  return first;
}

bool History::week_is_ordinary(std::size_t at) const noexcept {
  for (std::size_t i = at + 1; i-- > 0;) {
    if (DayNumber{days_[at].day} - days_[i].day >= PullWindow::kWeekDays) return true;
    if (days_[i].out_of_ordinary) return false;
  }
  return true;
}

History::Normal History::normal(DayNumber today) const {
  Normal normal;
  std::vector<std::uint32_t> days, weeks;
  Reported reported_days, reported_weeks;
  std::size_t long_days = 0;
  const std::size_t first = first_that_counts(today);
  for (std::size_t i = 0; i < days_.size(); ++i) {
    const Day& day = days_[i];
    const DayNumber age = today - day.day;
    if (age <= kWeeksBack && age >= PullWindow::kWeekDays) {
      if (day.out_of_ordinary) reported_weeks.add(day.week);
      if (week_is_ordinary(i)) weeks.push_back(day.week);
    }
    if (i < first) continue;
    long_days += day.hours >= kMachineHours ? 1 : 0;
    if (day.out_of_ordinary) {
      reported_days.add(day.customers);
      continue;
    }
    days.push_back(day.customers);
  }
  normal.days = days.size();
  normal.day_ordinary = highest(days);
  normal.week_ordinary = highest(weeks);
  normal.day_high = std::max(normal.day_ordinary, reported_days.second);
  normal.week_high = std::max(normal.week_ordinary, reported_weeks.second);
  normal.day_median = median(days);
  normal.week_median = median(weeks);
  normal.machine = long_days >= kMachineDays;
  return normal;
}

void History::forget_after(DayNumber day) {
  std::erase_if(days_, [day](const Day& each) { return each.day > day; });
}

void History::accept_all() noexcept {
  for (Day& day : days_) day.out_of_ordinary = false;
}

void History::write(ByteWriter& out) const {
  out.number(days_.size(), 1);
  for (const Day& day : days_) {
    out.number(day.day, 2);
    out.number(day.hours, 1);
    out.number(day.out_of_ordinary ? 1 : 0, 1);
    out.number(day.customers, 4);
    out.number(day.week, 4);
  }
}

bool History::read(ByteCursor& in) {
  for (std::uint8_t left = in.u8(); left > 0 && in.ok(); --left) {
    Day day;
    day.day = in.u16_le();
    day.hours = in.u8();
    day.out_of_ordinary = in.u8() != 0;
    day.customers = in.u32_le();
    day.week = in.u32_le();
    if (!in.ok() || (!days_.empty() && day.day <= days_.back().day)) return false;
    add(day);
  }
  return in.ok();
}

}  // namespace outspan::access
