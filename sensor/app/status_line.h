#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace outspan::app {

/// Keeps a line at the bottom of the terminal up to date, every half a second, on a thread of its
/// own.
class StatusLine {
 public:
  /// `text`: what stands there. Not `wanted`, or no terminal: nothing is shown.
  StatusLine(std::function<std::string()> text, bool wanted);
  ~StatusLine();
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;

 private:
  void show() noexcept;

  const std::function<std::string()> text_;
  std::mutex mutex_;
  std::condition_variable ended_changed_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace outspan::app
