#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "capture/packet.h"
#include "core/clock.h"
#include "core/stats.h"

namespace outspan::capture {

/// Judges the times of packets by their neighbours. One packet dated 2106, or some, must not make
/// every flow too old; a clock that was set forward or back stays where it is.
///
/// A packet that is far from those before it (kClockStep) is misdated if a later one of the same
/// batch, up to 256 of them, is back where those before it were; it gets their time. Otherwise the
/// clock follows it: nothing was captured for so long, or somebody set the clock. The last packet
/// of a batch is believed a silence of a day; what is farther off is known only with the next
/// batch. Thread: one.
class PacketClock {
 public:
  /// Corrects the packets' times; `batch.clock` becomes the time after them. Of a batch without
  /// packets `batch.clock` is the time of day, or not set.
  void judge(PacketBatch& batch) noexcept;

  /// Forward, in the batch that was judged last.
  [[nodiscard]] const std::vector<ClockStep>& steps() const noexcept { return steps_; }

  /// capture.misdated, .clock_steps
  void report(Stats& stats) const;

 private:
  void start(std::span<const Packet> packets) noexcept;
  void silence(PacketBatch& batch) noexcept;
  void set(Timestamp time) noexcept;
  [[nodiscard]] bool misdated(Timestamp time, std::span<const Packet> later) const noexcept;

  std::optional<Timestamp> clock_;
  /// Of the last packet of the batch before, which was far away.
  std::optional<Timestamp> suspect_;
  std::vector<ClockStep> steps_;
  std::uint64_t misdated_ = 0;
  std::uint64_t step_count_ = 0;
};

}  // namespace outspan::capture
