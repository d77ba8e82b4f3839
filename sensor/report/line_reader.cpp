#include "report/line_reader.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

namespace outspan::report {
namespace {

constexpr std::size_t kLineBytesMax = 4 << 20;
constexpr std::size_t kReadBytes = 64 << 10;

/// Puts lines together out of what is read.
class Lines {
 public:
  explicit Lines(const std::function<void(std::string_view)>& line) : line_(line) {}

  void add(std::string_view bytes) {
    for (std::size_t end = 0; (end = bytes.find('\n')) != bytes.npos;) {
      keep(bytes.substr(0, end));
      finish();
      bytes.remove_prefix(end + 1);
    }
    keep(bytes);
  }
  void finish() {
    if (!skips_ && !text_.empty()) line_(text_);
    text_.clear();
    skips_ = false;
  }
  [[nodiscard]] std::uint64_t too_long() const noexcept { return too_long_; }

 private:
  void keep(std::string_view bytes) {
    if (skips_) return;
    skips_ = text_.size() + bytes.size() > kLineBytesMax;
    too_long_ += skips_;
    if (!skips_) text_ += bytes;
  }

  const std::function<void(std::string_view)>& line_;
  std::string text_;
  bool skips_ = false;
  std::uint64_t too_long_ = 0;
};

}  // namespace

LinesRead read_lines(int file, const std::function<void(std::string_view)>& line) {
  Lines lines(line);
  std::vector<char> buffer(kReadBytes);
  ssize_t bytes = 0;
  while ((bytes = ::read(file, buffer.data(), buffer.size())) != 0) {
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes < 0) return {lines.too_long(), errno};
    lines.add({buffer.data(), static_cast<std::size_t>(bytes)});
  }
  lines.finish();
  return {lines.too_long(), 0};
}

}  // namespace outspan::report
