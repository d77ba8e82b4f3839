#include "alert/output/direct_output.h"

#include <fmt/format.h>

namespace outspan::alert {
namespace {

/// Between two looks at whether the run is to end.
constexpr std::chrono::milliseconds kStep{100};
/// How long a reader is waited for once it is.
constexpr std::chrono::seconds kPatience{2};

}  // namespace

Result<std::unique_ptr<Output>> DirectOutput::open(std::string name, EventFilter filter,
                                                   const std::atomic<bool>& stopping,
                                                   const MakeSink& make_sink) {
  std::unique_ptr<DirectOutput> output(
      new DirectOutput(std::move(name), std::move(filter), stopping));
  auto sink = make_sink(output->counters_);
  if (!sink) return sink.problems();
  output->sink_ = std::move(*sink);
  return std::unique_ptr<Output>(std::move(output));
}

void DirectOutput::write(const Event& event) noexcept {
  if (!filter_.wants(event)) return;
  while (sink_->offer(event, ++number_) != Sink::Offer::taken)
    if (given_up_ || !sink_->trouble().empty() || !wait_for_reader()) {
      why_ = sink_->trouble().empty() ? "its reader takes nothing" : sink_->trouble();
      ++lost_;
      return;
    }
}

/// False: the reader is given up, as the run is to end.
bool DirectOutput::wait_for_reader() {
  const std::uint64_t before = sink_->left_bytes();
  auto stopped = Sink::Clock::time_point::max();
  while (sink_->left_bytes() == before) {
    if (stopping_ && stopped == Sink::Clock::time_point::max()) stopped = Sink::Clock::now();
    if (stopping_ && Sink::Clock::now() - stopped >= kPatience) {
      given_up_ = true;
      return false;
    }
    sink_->work(-1, kStep);
    if (!sink_->trouble().empty()) return false;
  }
  return true;
}

void DirectOutput::finish() noexcept {
  while (!given_up_ && sink_->left_bytes() != 0 && wait_for_reader()) {
  }
  if (sink_->left_bytes() == 0) {
    sink_->finish(Sink::Clock::now());
    return;
  }
  why_ = sink_->trouble().empty() ? "its reader takes nothing" : sink_->trouble();
  ++lost_;  // half of it is written
}

OutputState DirectOutput::state() const {
  OutputState state;
  state.name = name_;
  state.type = "file";
  state.written = counters_.written;
  state.lost = lost_;
  return state;
}

std::string DirectOutput::take_problem() {
  if (lost_ == 0) return {};
  return fmt::format("{}: {} events not written: {}", name_, lost_.load(), why_);
}

}  // namespace outspan::alert
