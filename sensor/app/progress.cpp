#include "app/progress.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>

namespace outspan::app {
namespace {

constexpr auto kInterval = std::chrono::milliseconds(500);
constexpr double kMiB = 1 << 20;

}  // namespace

Progress::Progress(const capture::Source& source, const Scheduler& scheduler, bool wanted)
    : source_(source), scheduler_(scheduler) {
  if (wanted && isatty(STDERR_FILENO) == 1) thread_ = std::thread([this] { show(); });
}

Progress::~Progress() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  ended_changed_.notify_all();
  thread_.join();
}

void Progress::show() noexcept {
  const auto start = std::chrono::steady_clock::now();
  bool shown = false;
  std::unique_lock lock(mutex_);
  while (!ended_changed_.wait_for(lock, kInterval, [this] { return ended_; })) {
    const auto progress = source_.progress();
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const double read = static_cast<double>(progress.bytes_read) / kMiB;
    if (progress.bytes_total != 0)
      std::fprintf(stderr, "\r%3.0f %% of %.0f MiB, %llu packets, %.0f MiB/s ",
                   100.0 * read * kMiB / static_cast<double>(progress.bytes_total),
                   static_cast<double>(progress.bytes_total) / kMiB,
                   static_cast<unsigned long long>(scheduler_.packets()), read / seconds);
    else
      std::fprintf(stderr, "\r%.0f MiB, %llu packets, %.0f MiB/s ", read,
                   static_cast<unsigned long long>(scheduler_.packets()), read / seconds);
    shown = true;
  }
  if (shown) std::fprintf(stderr, "\r\033[K");
}

}  // namespace outspan::app
