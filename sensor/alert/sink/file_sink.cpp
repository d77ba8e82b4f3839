#include "alert/sink/file_sink.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>

#include "core/terminal_line.h"

namespace outspan::alert {
namespace {

std::atomic<unsigned> reopen_requests{0};

constexpr std::chrono::seconds kSyncInterval{1};
/// What a pipe takes whole once poll() says that it takes something.
constexpr std::size_t kPipeBytes = 4096;

/// The bytes of a regular file; nullopt: it is none, and who reads it may be slow.
std::optional<std::uint64_t> size_of_file(int fd) noexcept {
  struct stat status {};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return static_cast<std::uint64_t>(status.st_size);
}

/// Whether a crash has cut the last line.
bool ends_inside_line(const std::string& path, std::uint64_t size) noexcept {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  char last = '\n';
  return size != 0 && file && ::pread(file.get(), &last, 1, static_cast<off_t>(size - 1)) == 1 &&
         last != '\n';
}

}  // namespace

void FileSink::reopen_all() noexcept { reopen_requests.fetch_add(1, std::memory_order_relaxed); }

FileSink::FileSink(const Options& options, Format format, OutputCounters& counters)
    : options_(options),
      format_(std::move(format)),
      counters_(counters),
      reopened_(reopen_requests.load(std::memory_order_relaxed)) {}

Result<std::unique_ptr<FileSink>> FileSink::open(const Options& options, Format format,
                                                 OutputCounters& counters) {
  std::unique_ptr<FileSink> sink(new FileSink(options, std::move(format), counters));
  if (!sink->open_file(options.truncate))
    return Problem{options.path == "-" ? "standard output" : options.path,
                   fmt::format("cannot be written: {}", std::strerror(errno))};
  return sink;
}

bool FileSink::open_file(bool truncate) {
  FileDescriptor file(
      options_.path == "-"
          ? ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
          : ::open(options_.path.c_str(),
                   O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (truncate ? O_TRUNC : 0), 0640));
  if (!file) return false;
  const auto size = size_of_file(file.get());
  waits_ = !size;
  terminal_ = ::isatty(file.get()) == 1;
  file_bytes_ = size.value_or(0);
  if (options_.path != "-" && ends_inside_line(options_.path, file_bytes_))
    text_.insert(0, 1, '\n');
  file_ = std::move(file);
  return true;
}

Sink::Offer FileSink::offer(const Event& event, std::uint64_t number) {
  if (!push()) return Offer::later;
  text_ = format_(event);
  if (text_.empty()) return Offer::taken;
  if (options_.rotate_bytes != 0 && file_bytes_ != 0 &&
      file_bytes_ + text_.size() > options_.rotate_bytes)
    rotate();
  number_ = number;
  if (options_.sync && !unsynced_) unsynced_ = number;
  ++counters_.written;
  push();
  return Offer::taken;
}

/// Writes what is left of the event. False: some of it stays for later.
bool FileSink::push() {
  const unsigned requests = reopen_requests.load(std::memory_order_relaxed);
  if (text_.empty() && requests != reopened_ && options_.path != "-" && !waits_) {
    reopened_ = requests;
    sync();
    if (!open_file(false)) trouble_ = std::strerror(errno);
  }
  if (!write_out()) return false;
  sent_ = number_ + 1;
  trouble_.clear();
  return true;
}

bool FileSink::write_out() {
  std::optional<terminal_line::Aside> aside;
  if (terminal_ && !text_.empty()) aside.emplace();
  while (!text_.empty()) {
    std::string_view now(text_);
    if (waits_) {
      pollfd ready{file_.get(), POLLOUT, 0};
      if (::poll(&ready, 1, 0) != 1) return false;
      now = now.substr(0, kPipeBytes);
    }
    const ssize_t n = ::write(file_.get(), now.data(), now.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return false;
    if (n < 0) {
      trouble_ = std::strerror(errno);
      return false;
    }
    file_bytes_ += static_cast<std::uint64_t>(n);
    text_.erase(0, static_cast<std::size_t>(n));
  }
  return true;
}

void FileSink::rotate() {
  const auto name = [this](unsigned number) {
    return number == 0 ? options_.path : fmt::format("{}.{}", options_.path, number);
  };
  sync();
  for (unsigned number = options_.keep_files; number > 0; --number)
    std::rename(name(number - 1).c_str(), name(number).c_str());
  const std::string text = std::exchange(text_, {});
  if (!open_file(options_.keep_files == 0)) trouble_ = std::strerror(errno);
  text_ += text;
}

void FileSink::sync() {
  if (unsynced_) ::fdatasync(file_.get());
  unsynced_.reset();
  synced_at_ = Clock::now();
}

void FileSink::work(int wake, std::chrono::milliseconds timeout) {
  if (push() && unsynced_ && Clock::now() - synced_at_ >= kSyncInterval) sync();
  const bool wants_room = waits_ && !text_.empty();
  std::array<pollfd, 2> waited{{{wake, POLLIN, 0}, {file_.get(), POLLOUT, 0}}};
  ::poll(waited.data(), wants_room ? 2 : 1, static_cast<int>(timeout.count()));
}

std::optional<std::uint64_t> FileSink::unconfirmed() const {
  if (unsynced_) return unsynced_;
  return text_.empty() ? std::nullopt : std::optional(number_);
}

bool FileSink::finish(Clock::time_point give_up) {
  while (!push()) {
    if (Clock::now() >= give_up || !waits_) return false;
    work(-1, std::chrono::milliseconds(50));
  }
  sync();
  return true;
}

}  // namespace outspan::alert
