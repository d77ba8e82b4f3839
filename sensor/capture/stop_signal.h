#pragma once

#include <atomic>

namespace outspan::capture {

/// Ends a reader, also one that waits in poll().
/// Thread: raise() from any thread and from a signal handler.
class StopSignal {
 public:
  StopSignal() noexcept;
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  void raise() noexcept;
  [[nodiscard]] bool raised() const noexcept { return raised_.load(std::memory_order_relaxed); }

  /// Becomes readable when raised; -1 if the system had no descriptor to spare.
  [[nodiscard]] int descriptor() const noexcept { return event_; }

  /// Waits until `descriptor` has input or the signal is raised; false: raised.
  [[nodiscard]] bool wait_readable(int descriptor) const noexcept;

 private:
  std::atomic<bool> raised_{false};
  int event_ = -1;
};

}  // namespace outspan::capture
