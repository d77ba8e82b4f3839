#include "capture/stop_signal.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>

namespace outspan::capture {

StopSignal::StopSignal() noexcept : event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

StopSignal::~StopSignal() {
  if (event_ >= 0) close(event_);
}

void StopSignal::raise() noexcept {
  const int saved = errno;  // a signal handler must leave it alone
  raised_.store(true, std::memory_order_relaxed);
  const std::uint64_t one = 1;
  // Can only fail when the counter is full: then it is readable already.
  if (event_ >= 0 && write(event_, &one, sizeof one) < 0) raised_.store(true);
  errno = saved;
}

bool StopSignal::wait_readable(int descriptor) const noexcept {
  std::array<pollfd, 2> waited{{{descriptor, POLLIN, 0}, {event_, POLLIN, 0}}};
  while (!raised()) {
    const int count = poll(waited.data(), waited.size(), -1);
    if (count < 0 && errno == EINTR) continue;
    // An error of poll() is left for read() to name.
    if (count < 0 || waited[0].revents != 0) return true;
  }
  return false;
}

}  // namespace outspan::capture
