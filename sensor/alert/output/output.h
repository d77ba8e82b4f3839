#pragma once

#include <string>
#include <vector>

#include "alert/event/event.h"
#include "alert/output/delays.h"
#include "core/result.h"
#include "core/stats.h"

namespace outspan::alert {

/// How an output does, for metrics and status.
struct OutputState {
  std::string name, type;
  std::uint64_t written = 0, resent = 0, refused = 0, lost = 0, waiting = 0, connections = 0;
  std::uint64_t lag_ms = 0;  ///< age of the oldest event that waits
  bool away = false;
  Delays delays;  ///< from an event to its delivery
};

/// Where events go to.
/// Thread: delivery's, except state().
class Output {
 public:
  virtual ~Output() = default;
  /// Events of other types than the output wants are passed over.
  virtual void write(const Event& event) noexcept = 0;
  /// Called after each batch, and once a second: what is buffered goes out.
  virtual void flush() noexcept = 0;
  /// Nothing follows: what is under way is brought to its end.
  virtual void end() noexcept {}
  /// After end(): waits, for a few seconds at most, until that is done.
  virtual void finish() noexcept {}
  [[nodiscard]] virtual OutputState state() const = 0;
  /// Counters beside those of state().
  virtual void report(Stats&) const {}
  /// What changed since the last call ("output_away", "spool_full" ...), to be reported as events.
  virtual std::vector<NoticeEvent> take_notices() { return {}; }
  /// After finish(): events that were lost, and why; empty: none were.
  virtual std::string take_problem() { return {}; }
};

}  // namespace outspan::alert
