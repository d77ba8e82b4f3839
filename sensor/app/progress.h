#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "app/scheduler.h"
#include "capture/source.h"

namespace outspan::app {

/// A line on standard error that says how far a long replay is; only on a terminal.
class Progress {
 public:
  Progress(const capture::Source& source, const Scheduler& scheduler, bool wanted);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

 private:
  void show() noexcept;

  const capture::Source& source_;
  const Scheduler& scheduler_;
  std::mutex mutex_;
  std::condition_variable ended_changed_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace outspan::app
