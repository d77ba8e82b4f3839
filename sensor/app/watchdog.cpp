#include "app/watchdog.h"

#include <algorithm>
#include <string>
#include <utility>

#include "app/system_call_filter.h"

namespace outspan::app {

std::optional<alert::NoticeEvent> StillReader::look(std::uint64_t reads,
                                                    std::chrono::steady_clock::time_point now) {
  if (reads != reads_ || since_ == std::chrono::steady_clock::time_point{}) {
    const auto stood = std::chrono::duration_cast<std::chrono::seconds>(now - since_);
    reads_ = reads;
    since_ = now;
    if (!std::exchange(still_, false)) return std::nullopt;
    return alert::NoticeEvent{
        "reader_goes_on", "packets are read again, after " + std::to_string(stood.count()) + " s"};
  }
  if (still_ || now - since_ < kStill) return std::nullopt;
  still_ = true;
  return alert::NoticeEvent{"reader_stands_still",
                            "no packets have been read for " + std::to_string(kStill.count()) +
                                " s: every worker is busy; what comes is lost once the rings are "
                                "full"};
}

Watchdog::Watchdog(const ServiceManager& manager, std::function<Pulse()> pulse,
                   std::function<void(alert::NoticeEvent)> tell)
    : manager_(manager),
      pulse_(std::move(pulse)),
      tell_(std::move(tell)),
      thread_([this] { watch(); }) {}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  ended_changed_.notify_all();
  thread_.join();
}

void Watchdog::watch() {
  using std::chrono::microseconds;
  constexpr microseconds kLook = std::chrono::seconds(1);
  // systemd advises half of its limit; a third, so that one look may see no step.
  const microseconds interval = std::min(kLook, manager_.watchdog().value_or(kLook * 3) / 3);
  StillReader reader;
  std::uint64_t steps = 0;
  std::unique_lock lock(mutex_);
  while (!ended_changed_.wait_for(lock, interval, [this] { return ended_; })) {
    const Pulse pulse = pulse_();
    if (pulse.steps != steps) manager_.tell("WATCHDOG=1");
    steps = pulse.steps;
    if (auto notice = reader.look(pulse.reads, std::chrono::steady_clock::now()))
      tell_(std::move(*notice));
    if (const std::string call = take_refused_call(); !call.empty())
      tell_({"system_call_refused", refused_call_sentence(call)});
  }
}

}  // namespace outspan::app
