#pragma once

#include <atomic>

#include "alert/output/event_filter.h"
#include "alert/output/output.h"
#include "alert/sink/file_sink.h"

namespace outspan::alert {

/// Writes events to a file as they come, on delivery's thread, so that a replay is no faster than
/// who reads its output. An event that the file does not take (a full disk) is lost and counted.
class DirectOutput final : public Output {
 public:
  using MakeSink = std::function<Result<std::unique_ptr<FileSink>>(OutputCounters&)>;
  /// `stopping` outlives the output: once it is true, a reader that takes nothing is waited for no
  /// longer than a moment.
  static Result<std::unique_ptr<Output>> open(std::string name, EventFilter filter,
                                              const std::atomic<bool>& stopping,
                                              const MakeSink& make_sink);

  void write(const Event& event) noexcept override;
  void flush() noexcept override {}
  void finish() noexcept override;
  [[nodiscard]] OutputState state() const override;
  std::string take_problem() override;

 private:
  DirectOutput(std::string name, EventFilter filter, const std::atomic<bool>& stopping)
      : name_(std::move(name)), filter_(std::move(filter)), stopping_(stopping) {}
  bool wait_for_reader();

  std::string name_;
  EventFilter filter_;
  const std::atomic<bool>& stopping_;
  OutputCounters counters_;
  std::unique_ptr<FileSink> sink_;
  std::uint64_t number_ = 0;
  bool given_up_ = false;
  std::atomic<std::uint64_t> lost_{0};
  std::string why_;
};

}  // namespace outspan::alert
