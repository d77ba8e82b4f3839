#include "app/status_line.h"

#include <chrono>
#include <exception>

#include "core/terminal_line.h"

namespace outspan::app {

StatusLine::StatusLine(std::function<std::string()> text, bool wanted) : text_(std::move(text)) {
  if (wanted && terminal_line::possible()) thread_ = std::thread([this] { show(); });
}

StatusLine::~StatusLine() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  ended_changed_.notify_all();
  thread_.join();
}

void StatusLine::show() noexcept {
  std::unique_lock lock(mutex_);
  while (
      !ended_changed_.wait_for(lock, std::chrono::milliseconds(500), [this] { return ended_; })) {
    try {
      terminal_line::show(text_());
    } catch (const std::exception&) {  // no memory: the next one may come
    }
  }
  terminal_line::show({});
}

}  // namespace outspan::app
