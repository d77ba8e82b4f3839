#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/file_descriptor.h"
#include "core/result.h"
#include "spool/reader.h"

namespace outspan::spool {

/// How far one output has come, in a file that survives a restart. Two places in it are written in
/// turn, so that one of them is whole at any time; what a power failure takes back is sent again.
/// Thread: its output's; position() from any.
class Cursor {
 public:
  /// `start`: where an output begins that has no cursor yet.
  static Result<std::unique_ptr<Cursor>> open(const std::string& folder, const std::string& name,
                                              Position start);

  [[nodiscard]] const Position& position() const noexcept { return position_; }
  /// False: it could not be written; the place before stands.
  bool store(const Position& position) noexcept;

 private:
  explicit Cursor(FileDescriptor file) noexcept : file_(std::move(file)) {}
  bool load() noexcept;

  FileDescriptor file_;
  Position position_;
  std::uint64_t turn_ = 0;
};

}  // namespace outspan::spool
