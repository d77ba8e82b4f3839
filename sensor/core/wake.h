#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "core/file_descriptor.h"

namespace outspan {

/// Wakes a thread that waits in poll(), also one that is about to.
/// Thread: signal() from any thread and from a signal handler; the rest from the one that waits.
class Wake {
 public:
  Wake() noexcept : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

  void signal() const noexcept {
    const int saved = errno;  // a signal handler must leave it alone
    const std::uint64_t one = 1;
    // Can only fail when the counter is full: then it is readable already.
    [[maybe_unused]] const ssize_t ignored = ::write(event_.get(), &one, sizeof one);
    errno = saved;
  }
  void clear() const noexcept {
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t ignored = ::read(event_.get(), &count, sizeof count);
  }
  /// Readable after a signal until it is cleared; -1 if the system had no descriptor to spare.
  [[nodiscard]] int descriptor() const noexcept { return event_.get(); }

 private:
  FileDescriptor event_;
};

}  // namespace outspan
