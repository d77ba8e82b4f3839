#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "alert/event/event.h"
#include "app/service_manager.h"

namespace outspan::app {

/// Makes one notice when a reader has stood still for a while, and one when it goes on.
class StillReader {
 public:
  static constexpr std::chrono::seconds kStill{10};

  /// `reads`: how often it has read so far. Called now and then.
  std::optional<alert::NoticeEvent> look(std::uint64_t reads,
                                         std::chrono::steady_clock::time_point now);

 private:
  std::uint64_t reads_ = 0;
  std::chrono::steady_clock::time_point since_{};
  bool still_ = false;
};

/// Watches a live run on a thread of its own: says when nobody reads packets any more and when a
/// system call was refused, and gives the service manager signs of life as long as packets are read
/// or worked on.
class Watchdog {
 public:
  /// How often packets were read, and how often they were read or worked on, so far.
  struct Pulse {
    std::uint64_t reads = 0;
    std::uint64_t steps = 0;
  };
  Watchdog(const ServiceManager& manager, std::function<Pulse()> pulse,
           std::function<void(alert::NoticeEvent)> tell);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

 private:
  void watch();

  const ServiceManager& manager_;
  const std::function<Pulse()> pulse_;
  const std::function<void(alert::NoticeEvent)> tell_;
  std::mutex mutex_;
  std::condition_variable ended_changed_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace outspan::app
