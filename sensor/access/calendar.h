#pragma once

#include <algorithm>
#include <cstdint>

#include "core/time.h"

namespace outspan::access {

/// Days since 1970-01-01, as the calendar counts them.
using DayNumber = std::uint32_t;

/// When a working day begins: packet time is UTC, and people are not.
struct Calendar {
  Duration utc_offset{};  ///< of local time: +1 h in Berlin in winter
  Duration day_start{};   ///< after local midnight

  static constexpr Duration kDay = std::chrono::hours(24);
  /// In 2149; a day is kept in 16 bits.
  static constexpr std::int64_t kLastDay = 0xffff;

  [[nodiscard]] constexpr DayNumber day(Timestamp time) const noexcept {
    return static_cast<DayNumber>(
        std::clamp<std::int64_t>((since(time) - day_start) / kDay, 1, kLastDay));
  }
  /// 0 is Monday from 0:00 to 1:00, local time.
  [[nodiscard]] constexpr unsigned hour_of_week(Timestamp time) const noexcept {
    const Duration local = std::max(since(time), Duration::zero());
    constexpr std::int64_t kThursday = 3;  // 1970-01-01
    return static_cast<unsigned>((local / std::chrono::hours(1) + kThursday * 24) % (7 * 24));
  }

 private:
  [[nodiscard]] constexpr Duration since(Timestamp time) const noexcept {
    return time.time_since_epoch() + utc_offset;
  }
};

}  // namespace outspan::access
