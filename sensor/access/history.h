#pragma once

#include <cstdint>
#include <vector>

#include "access/calendar.h"
#include "core/byte_writer.h"
#include "core/bytes.h"

namespace outspan::access {

/// What is normal for one puller: its finished days.
///
/// Days on which nothing was pulled are not in it, so that a holiday lowers nothing. Days that
/// raised an alarm are no yardstick for peers, and for their puller only up to the second highest:
/// what was reported twice is known. Kept are the last five weeks, and the last ten days back to
/// three months; at most kDaysMax of 12 bytes.
class History {
 public:
  static constexpr DayNumber kLookBackDays = 28;
  static constexpr std::size_t kDaysMax = 36;
  /// After so long nothing of a puller is left.
  static constexpr DayNumber kMemoryDays = 90;
  /// Fewer finished days say too little.
  static constexpr std::size_t kKnownDays = 5;

  struct Day {
    std::uint16_t day = 0;  ///< DayNumber; good until 2149
    std::uint8_t hours = 0;
    bool out_of_ordinary = false;
    std::uint32_t customers = 0;
    std::uint32_t week = 0;  ///< in the seven days that ended with it

    /// The higher figures of both.
    void join(const Day& again) noexcept;
  };

  /// What it comes to on a day. A window that overlaps that day's own seven is no yardstick for it.
  struct Normal {
    std::uint64_t day_high = 0, week_high = 0;
    std::uint64_t day_ordinary = 0, week_ordinary = 0;  ///< the same without what was an alarm
    double day_median = 0, week_median = 0;
    std::size_t days = 0;  ///< that count
    bool machine = false;  ///< it never sleeps: a service account, an application
  };

  /// Later than all before; or the last one once more, after a clock that was wrong.
  void add(const Day& day);
  [[nodiscard]] Normal normal(DayNumber today) const;
  /// The clock was wrong: what comes after `day` did not happen.
  void forget_after(DayNumber day);
  /// From now on everything that is in it is normal.
  void accept_all() noexcept;
  [[nodiscard]] const std::vector<Day>& days() const noexcept { return days_; }

  void write(ByteWriter& out) const;
  bool read(ByteCursor& in);

 private:
  [[nodiscard]] std::size_t first_that_counts(DayNumber today) const noexcept;
  [[nodiscard]] bool week_is_ordinary(std::size_t at) const noexcept;

  std::vector<Day> days_;  // ascending
};

}  // namespace outspan::access
