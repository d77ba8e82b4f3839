#include "core/time.h"

#include <fmt/format.h>

namespace outspan {

std::string to_rfc3339(Timestamp time) {
  using namespace std::chrono;
  const auto day = floor<days>(time);
  const year_month_day date{day};
  // Not time - day: the first moment of the earliest day is out of range.
  constexpr Duration kDay = days(1);
  const Duration since_midnight = time.time_since_epoch() % kDay;
  const hh_mm_ss clock{since_midnight < Duration::zero() ? since_midnight + kDay : since_midnight};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

}  // namespace outspan
