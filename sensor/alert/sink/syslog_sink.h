#pragma once

#include <cstdint>
#include <deque>
#include <functional>

#include "alert/net/connection.h"
#include "alert/sink/sink.h"

namespace outspan::alert {

/// Sends records to a syslog receiver: one datagram each (UDP, Unix), or framed on a stream (TCP,
/// TLS, Unix).
///
/// Syslog has no acknowledgement. What the receiver's kernel has confirmed may still be lost by the
/// receiver itself, so with a spool a record counts as arrived only some seconds later, and after a
/// break those of the last seconds are sent again; after a reset, which says that something was
/// lost, those of the last minutes. A receiver may so get a record twice: event_id tells.
class SyslogSink final : public Sink {
 public:
  enum class Framing : std::uint8_t { octet_counting, line_feed };
  /// The record of an event, without framing. Empty: there is nothing to send for it.
  using Format = std::function<std::string(const Event&)>;
  struct Options {
    Framing framing = Framing::octet_counting;
    /// Until a record counts as arrived; what an orderly end of the receiver may cost.
    std::chrono::milliseconds hold{0};
    /// What a reset may cost.
    std::chrono::milliseconds hold_for_reset{0};
  };

  SyslogSink(Connection::Target target, Format format, Options options, OutputCounters& counters);

  Offer offer(const Event& event, std::uint64_t number) override;
  void work(int wake, std::chrono::milliseconds timeout) override;
  [[nodiscard]] std::optional<std::uint64_t> unconfirmed() const override;
  [[nodiscard]] std::uint64_t sent() const override { return next_; }
  [[nodiscard]] std::uint64_t progress() const override { return arrived_; }
  std::optional<std::uint64_t> take_break() override;
  bool finish(Clock::time_point give_up) override;
  [[nodiscard]] std::string trouble() const override { return connection_.trouble(); }
  [[nodiscard]] std::string refusal() const override { return "too large for a datagram"; }

 private:
  /// Records that ended on the connection between the mark before and `end`.
  struct Mark {
    std::uint64_t first = 0;  // number
    std::uint64_t end = 0;    // bytes of the connection
    Clock::time_point time{};
  };
  void go_on();
  void mark(std::uint64_t number);
  void settle();
  void watch_progress(std::uint64_t arrived, Clock::time_point now);
  void break_off(Connection::End how);

  Connection connection_;
  Format format_;
  Options options_;
  OutputCounters& counters_;

  std::deque<Mark> under_way_;  // not confirmed by the receiver's kernel
  std::deque<Mark> held_;       // confirmed for less than `hold`; one mark for many records
  std::deque<Mark> older_;      // for less than `hold_for_reset`
  std::uint64_t next_ = 0;      // number after the latest that was sent
  std::uint64_t highest_ = 0;   // ever sent
  std::uint64_t arrived_ = 0;   // bytes of the connection
  Clock::time_point progress_{}, stalled_{}, end_asked_{};
  bool open_ = false;
  bool full_ = false;  // the connection took no more
  std::optional<std::uint64_t> again_;
};

}  // namespace outspan::alert
