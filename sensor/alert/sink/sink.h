#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "alert/event/event.h"

namespace outspan::alert {

/// What an output has done, for `stats` and metrics. Written by its thread, read by any.
struct OutputCounters {
  std::atomic<std::uint64_t> written{0};      ///< events handed to the receiver
  std::atomic<std::uint64_t> resent{0};       ///< of them again, after a break
  std::atomic<std::uint64_t> refused{0};      ///< events that the receiver will never take
  std::atomic<std::uint64_t> connections{0};  ///< that were made
  std::atomic<bool> away{false};              ///< the receiver takes nothing at present
};

/// One receiver. Its output's thread offers events and lets the sink work in turn:
///
///   offer, offer, ...      until `later`; the receiver may be away
///   work                   sends, receives, connects again
///   take_break             after a break: where to begin again
///   finish                 at last: ends the connection so that nothing under way is lost
///
/// Thread: one, from the first call to the last.
class Sink {
 public:
  using Clock = std::chrono::steady_clock;

  virtual ~Sink() = default;

  enum class Offer : std::uint8_t { taken, later };
  /// `number` ascends. An event that no receiver would take is `taken` and counted as refused.
  virtual Offer offer(const Event& event, std::uint64_t number) = 0;

  /// Does what can be done now. Then waits until more can, until `wake` is readable, or for
  /// `timeout`.
  virtual void work(int wake, std::chrono::milliseconds timeout) = 0;

  /// The first event that was taken and may not have arrived; nullopt: all have, as far as the
  /// protocol can tell.
  [[nodiscard]] virtual std::optional<std::uint64_t> unconfirmed() const = 0;
  /// Everything before this number was handed to the receiver. For the measure of delay.
  [[nodiscard]] virtual std::uint64_t sent() const = 0;

  /// Changes while the receiver takes anything, if only half an event.
  [[nodiscard]] virtual std::uint64_t progress() const { return sent(); }

  /// Given once after a connection broke: events from this number on must be offered again. May be
  /// lower than any that was unconfirmed.
  virtual std::optional<std::uint64_t> take_break() = 0;

  /// All was offered. True: it has arrived. May take until `give_up`.
  virtual bool finish(Clock::time_point give_up) = 0;

  /// Why nothing goes out at present ("connection refused"); empty: there is no trouble.
  [[nodiscard]] virtual std::string trouble() const = 0;
  /// Why the receiver refused an event for good, the last time that it did.
  [[nodiscard]] virtual std::string refusal() const { return {}; }
};

}  // namespace outspan::alert
