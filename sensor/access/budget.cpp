#include "access/budget.h"

#include <algorithm>
#include <cmath>

#include "access/history.h"
#include "access/judgement.h"

namespace outspan::access {
namespace {

/// Eight steps double the ratio.
constexpr double kStepsAnOctave = 8;

double ratio_of_step(std::size_t step) noexcept {
  return kRatioMin * std::exp2(static_cast<double>(step) / kStepsAnOctave);
}

}  // namespace

void AlarmBudget::add(DayNumber day, double ratio) {
  if (ratio < kRatioMin) return;
  auto at = std::lower_bound(days_.begin(), days_.end(), day,
                             [](const Day& a, DayNumber b) { return a.day < b; });
  if (at == days_.end() || at->day != day) {
    at = days_.insert(at, Day{day, {}});
    std::erase_if(days_, [newest = days_.back().day](const Day& old) {
      return old.day + History::kLookBackDays < newest;
    });
    at = std::lower_bound(days_.begin(), days_.end(), day,
                          [](const Day& a, DayNumber b) { return a.day < b; });
    if (at == days_.end() || at->day != day) return;  // older than the four weeks
  }
  const double step = std::floor(std::log2(std::min(ratio, 1e9) / kRatioMin) * kStepsAnOctave);
  std::uint16_t& pullers = at->pullers[std::min(static_cast<std::size_t>(step), kSteps - 1)];
  if (pullers != 0xffff) ++pullers;
}

double AlarmBudget::ratio(DayNumber today, DayNumber first_day) const noexcept {
  // The days before there was anything to compare with are no measure.
  const DayNumber begin =
      std::max(today - std::min(today, History::kLookBackDays), first_day + kColdDays);
  if (per_week_ <= 0 || today < begin + kColdDays) return ratio_;
  const double allowed = per_week_ * (today - begin) / 7.0;
  double alarms = 0;
  for (std::size_t step = kSteps; step-- > 0;) {
    for (const Day& day : days_)
      if (day.day >= begin && day.day < today) alarms += day.pullers[step];
    if (alarms > allowed) return ratio_of_step(step + 1);
  }
  return kRatioMin;
}

void AlarmBudget::forget_after(DayNumber day) {
  std::erase_if(days_, [day](const Day& each) { return each.day > day; });
}

void AlarmBudget::write(ByteWriter& out) const {
  out.number(days_.size(), 1);
  for (const Day& day : days_) {
    out.number(day.day, 4);
    for (const std::uint16_t pullers : day.pullers) out.number(pullers, 2);
  }
}

bool AlarmBudget::read(ByteCursor& in) {
  for (std::uint8_t left = in.u8(); left > 0 && in.ok(); --left) {
    Day day;
    day.day = in.u32_le();
    for (std::uint16_t& pullers : day.pullers) pullers = in.u16_le();
    if (in.ok() && (days_.empty() || days_.back().day < day.day)) days_.push_back(day);
  }
  return in.ok();
}

}  // namespace outspan::access
