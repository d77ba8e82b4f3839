#include "alert/output/file_output.h"

#include <fmt/format.h>
#include <poll.h>

#include <cerrno>
#include <cstring>

namespace outspan::alert {
namespace {

/// Bytes written; fewer than all with errno set.
std::size_t write_all(int fd, std::string_view text) noexcept {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t n = ::write(fd, text.data() + done, text.size() - done);
    if (n >= 0) {
      done += static_cast<std::size_t>(n);
    } else if (errno == EAGAIN) {  // a pipe that its other end made non-blocking
      pollfd ready{fd, POLLOUT, 0};
      ::poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      break;
    }
  }
  return done;
}

}  // namespace

FileOutput::FileOutput(std::string name, FileDescriptor file, EventFilter filter, Format format)
    : name_(std::move(name)),
      file_(std::move(file)),
      filter_(std::move(filter)),
      format_(std::move(format)) {}

void FileOutput::write(const Event& event) noexcept {
  if (!filter_.wants(event)) return;
  std::string text = format_(event);
  if (inside_line_) text.insert(0, 1, '\n');
  const std::size_t done = write_all(file_.get(), text);
  if (done == text.size()) {
    ++written_;
    inside_line_ = false;
    return;
  }
  const int error = errno;
  inside_line_ = done != 0 || inside_line_;
  if (failed_++ == 0)
    problem_ = fmt::format("{}: cannot write events: {}", name_, std::strerror(error));
}

void FileOutput::report(Stats& stats) const {
  stats.add("output.file.written", written_);
  stats.add("output.file.failed", failed_);
}

}  // namespace outspan::alert
