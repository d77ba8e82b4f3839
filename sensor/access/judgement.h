#pragma once

#include <cmath>
#include <cstdint>

namespace outspan::access {

/// One window (a day, or seven) of one puller, and what it is compared with.
struct Numbers {
  std::uint64_t distinct = 0;    ///< customers so far
  std::uint64_t own_high = 0;    ///< its highest finished window
  std::uint64_t peers_high = 0;  ///< nine of ten peers never had more
  double busy = 1;               ///< how much busier than usual the peers are, at least 1
};

/// From how many customers on a window is worth an alarm, and what is added on both sides so that
/// few compared with fewer are no sensation.
struct Scale {
  std::uint64_t floor;
  double constant;
};
inline constexpr Scale kDayScale{20, 10};
inline constexpr Scale kWeekScale{60, 30};

/// Twice what it or nine of ten peers ever did.
inline constexpr double kRatio = 2.0;
inline constexpr double kRatioMin = 1.5;
/// While a sensor knows nothing yet, only so many customers a day are an alarm.
inline constexpr std::uint64_t kColdFloor = 500;
inline constexpr std::uint32_t kColdDays = 7;

/// How many times its yardstick the window is.
constexpr double ratio(const Numbers& numbers, const Scale& scale) noexcept {
  const auto yardstick = static_cast<double>(
      numbers.own_high > numbers.peers_high ? numbers.own_high : numbers.peers_high);
  return (static_cast<double>(numbers.distinct) + scale.constant) /
         (yardstick * numbers.busy + scale.constant);
}

/// What is enough for an alarm when `facts` of the pull are new: each takes the square root, so
/// that 2 becomes 1.41 and 1.19.
inline double needed_ratio(double ratio, unsigned facts) noexcept {
  for (; facts > 0; --facts) ratio = std::sqrt(ratio);
  return ratio;
}

}  // namespace outspan::access
