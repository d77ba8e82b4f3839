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

namespace {

/// Takes `digits` of them and what must stand before; nullopt: something else is there.
std::optional<unsigned> take(std::string_view& text, std::string_view before,
                             std::size_t digits) noexcept {
  if (!text.starts_with(before) || text.size() < before.size() + digits) return std::nullopt;
  unsigned number = 0;
  for (const char c : text.substr(before.size(), digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  text.remove_prefix(before.size() + digits);
  return number;
}

/// ".123456789", as far as there are digits.
Duration take_fraction(std::string_view& text) noexcept {
  if (!text.starts_with('.')) return Duration::zero();
  text.remove_prefix(1);
  Duration fraction = Duration::zero();
  for (Duration unit = std::chrono::milliseconds(100);
       !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1)) {
    fraction += unit * (text.front() - '0');
    unit /= 10;
  }
  return fraction;
}

}  // namespace

std::optional<Timestamp> parse_rfc3339(std::string_view text) noexcept {
  using namespace std::chrono;
  const auto year = take(text, "", 4), month = take(text, "-", 2), day = take(text, "-", 2);
  if (!year || !month || !day || *year < 1678 || *year > 2261) return std::nullopt;
  const year_month_day date{std::chrono::year(static_cast<int>(*year)), std::chrono::month(*month),
                            std::chrono::day(*day)};
  if (!date.ok()) return std::nullopt;
  Timestamp time = sys_days(date);
  if (text.starts_with('T') || text.starts_with(' ')) {
    const auto hour = take(text, text.substr(0, 1), 2), minute = take(text, ":", 2);
    const auto second = text.starts_with(':') ? take(text, ":", 2) : 0;
    if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60)
      return std::nullopt;
    time += hours(*hour) + minutes(*minute) + seconds(*second) + take_fraction(text);
  }
  if (text == "Z") text = {};
  return text.empty() ? std::optional(time) : std::nullopt;
}

}  // namespace outspan
