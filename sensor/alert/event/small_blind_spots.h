#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <tuple>
#include <vector>

#include "alert/event/event.h"
#include "core/flow_context.h"
#include "core/stats.h"

namespace outspan::alert {

/// Blind spots that are too small for an event of their own, added up by source, destination and
/// reason: many of them are one line and not nothing.
/// Thread: the pipeline's. Bound: kSumsMax; what has no place there is counted.
class SmallBlindSpots {
 public:
  static constexpr std::size_t kSumsMax = 4096;
  static constexpr Duration kInterval = std::chrono::hours(1);

  /// `reason`: a static string.
  void add(const FlowContext& flow, Side side, const char* reason, std::uint64_t bytes) noexcept;

  /// The sums as events, by the first flow of each, and begins anew: every hour of packet time, and
  /// when `last` says so. Flow fields are those of the first flow.
  std::vector<Event> take(const Position& now, bool last) noexcept;

  void report(Stats& stats) const;

 private:
  using Key = std::tuple<IpAddress, IpAddress, std::string_view>;

  std::map<Key, Event> sums_;
  Timestamp since_{};
  std::uint64_t refused_ = 0;
  std::uint64_t refused_bytes_ = 0;
};

}  // namespace outspan::alert
