#pragma once

#include "core/time.h"

namespace outspan {

/// Packets may overtake one another by less than this. A clock that goes back farther was set back,
/// and one that goes on farther at once was set forward, or nothing was captured for so long.
inline constexpr Duration kClockStep = std::chrono::seconds(10);

/// The time of all packets went on at once, by `length`, to `to`.
struct ClockStep {
  Timestamp to{};
  Duration length{};
};

/// `clock` goes on to `now`; it goes back only if it was set back.
constexpr void advance_clock(Timestamp& clock, Timestamp now) noexcept {
  if (now > clock || clock - now > kClockStep) clock = now;
}

}  // namespace outspan
