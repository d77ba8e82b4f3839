#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "alert/output/event_filter.h"
#include "alert/output/feed.h"
#include "alert/output/output.h"
#include "alert/sink/sink.h"

namespace outspan::alert {

/// An output with a thread of its own, that takes events from its feed to its receiver: whatever
/// the receiver does, neither detection nor other outputs wait for it.
class OutputWorker final : public Output {
 public:
  struct Options {
    std::string name;  ///< as the operator knows it
    std::string type;
    /// At the end: how long a receiver is waited for that makes no progress.
    std::chrono::milliseconds patience{5000};
    /// At the end in all, whatever progress it makes. 0: until everything has arrived.
    std::chrono::milliseconds end_max{0};
    /// A receiver is back after so long without trouble.
    std::chrono::milliseconds stays{5000};
  };
  using MakeSink = std::function<Result<std::unique_ptr<Sink>>(OutputCounters&)>;

  static Result<std::unique_ptr<OutputWorker>> start(Options options, EventFilter filter,
                                                     std::unique_ptr<Feed> feed,
                                                     const MakeSink& make_sink);
  ~OutputWorker() override;

  void write(const Event& event) noexcept override;
  void flush() noexcept override {}
  void end() noexcept override;
  void finish() noexcept override;
  [[nodiscard]] OutputState state() const override;
  std::vector<NoticeEvent> take_notices() override;
  std::string take_problem() override;

 private:
  OutputWorker(Options options, EventFilter filter, std::unique_ptr<Feed> feed)
      : options_(std::move(options)), filter_(std::move(filter)), feed_(std::move(feed)) {}
  struct Ending {
    Sink::Clock::time_point by = Sink::Clock::time_point::max();  // set when it begins
    Sink::Clock::time_point give_up = Sink::Clock::time_point::max();
    std::uint64_t progress = 0;
  };
  void run() noexcept;
  bool give();
  bool end_now(bool more, Ending& ending);
  void confirm(std::uint64_t number);
  void note_oldest();
  void note_trouble();
  void note_refusals(Sink::Clock::time_point now);
  [[nodiscard]] std::string refusals() const;
  [[nodiscard]] std::uint64_t unconfirmed() const;

  const Options options_;
  const EventFilter filter_;
  OutputCounters counters_;
  std::unique_ptr<Feed> feed_;
  std::unique_ptr<Sink> sink_;
  std::optional<Feed::Item> held_;  // that the sink did not take
  struct UnderWay {
    std::uint64_t number;
    Timestamp added;
  };
  std::deque<UnderWay> under_way_;  // taken by the sink for the first time, and not confirmed
  std::uint64_t confirmed_ = 0;     // everything before it, once
  std::atomic<std::int64_t> oldest_ns_{0};  // when the oldest that waits was given; 0: none waits
  std::atomic<bool> ending_{false};
  Sink::Clock::time_point well_since_{};
  std::optional<Sink::Clock::time_point> refusals_reported_at_;
  std::uint64_t refusals_reported_ = 0;

  mutable std::mutex mutex_;  // guards what follows
  Delays delays_;
  std::string trouble_, refusal_;
  std::vector<NoticeEvent> notices_;

  std::thread thread_;
};

}  // namespace outspan::alert
