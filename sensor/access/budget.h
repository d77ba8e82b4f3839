#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "access/calendar.h"
#include "core/byte_writer.h"
#include "core/bytes.h"

namespace outspan::access {

/// Chooses the ratio that an alarm needs so that there are at most so many a week: the smallest one
/// that would have kept to it in the last four weeks.
class AlarmBudget {
 public:
  /// 0: no budget. `ratio`: without one, and until there is a week to judge by.
  AlarmBudget(double alarms_per_week, double ratio) noexcept
      : per_week_(alarms_per_week), ratio_(ratio) {}

  /// A finished day of one puller that would have been an alarm at this ratio.
  void add(DayNumber day, double ratio);
  /// What is needed on `today`.
  [[nodiscard]] double ratio(DayNumber today, DayNumber first_day) const noexcept;
  /// The clock was wrong: what comes after `day` did not happen.
  void forget_after(DayNumber day);

  void write(ByteWriter& out) const;
  bool read(ByteCursor& in);

 private:
  static constexpr std::size_t kSteps = 64;
  struct Day {
    DayNumber day = 0;
    std::array<std::uint16_t, kSteps> pullers{};  ///< by the logarithm of their ratio
  };
  double per_week_, ratio_;
  std::vector<Day> days_;  // ascending
};

}  // namespace outspan::access
