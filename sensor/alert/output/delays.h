#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace outspan::alert {

/// How often something took how long: a histogram of seconds.
struct Delays {
  /// A delay counts in the first one that it does not exceed; in the last count, if in none.
  static constexpr std::array<double, 9> kBounds{0.01, 0.05, 0.1, 0.5, 1, 5, 30, 300, 3600};
  std::array<std::uint64_t, kBounds.size() + 1> counts{};
  double sum = 0;

  void add(double seconds) noexcept {
    ++counts[static_cast<std::size_t>(std::ranges::lower_bound(kBounds, seconds) -
                                      kBounds.begin())];
    sum += seconds;
  }
};

}  // namespace outspan::alert
