#pragma once

#include <functional>
#include <string>

#include "alert/output/event_filter.h"
#include "alert/output/output.h"
#include "core/file_descriptor.h"

namespace outspan::alert {

/// Formats events and appends each to a file with one write, so that a reader of the file never
/// sees half a line unless the disk is full.
class FileOutput final : public Output {
 public:
  using Format = std::function<std::string(const Event&)>;

  /// `name` is for counters and problems. `file` may be a copy of standard output.
  FileOutput(std::string name, FileDescriptor file, EventFilter filter, Format format);

  void write(const Event& event) noexcept override;
  void flush() noexcept override {}
  void report(Stats& stats) const override;
  std::string take_problem() override { return std::exchange(problem_, {}); }

 private:
  std::string name_;
  FileDescriptor file_;
  EventFilter filter_;
  Format format_;
  bool inside_line_ = false;  // the last write ended in the middle
  std::uint64_t written_ = 0;
  std::uint64_t failed_ = 0;
  std::string problem_;
};

}  // namespace outspan::alert
