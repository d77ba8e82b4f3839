#pragma once

#include <string>
#include <string_view>

#include "core/bytes.h"
#include "unpack/kind.h"
#include "unpack/outcome.h"

namespace outspan::unpack {

/// Thrown inside a worker to end the work on a file.
struct Stop {
  Outcome outcome;
};

/// The worker's side of ExtractSink: what a parser writes to. Keeps the limits.
/// Errors: Stop, at a limit.
class Output {
 public:
  explicit Output(const Limits& limits) noexcept : limits_(limits) {}
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  virtual ~Output() = default;

  /// Ends the member before, if there is one.
  void begin(std::string_view name);
  void data(Bytes bytes);
  void text(std::string_view text) { data(as_bytes(text)); }
  void end();
  /// A member that is behind a password. Ends the member before, if there is one.
  void encrypted(std::string_view name);
  /// Of all members so far.
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }

 protected:
  /// `bytes`: at most kFramePayloadMax.
  virtual void write_begin(std::string_view name) = 0;
  virtual void write_data(Bytes bytes) = 0;
  virtual void write_end() = 0;
  virtual void write_encrypted(std::string_view name) = 0;

 private:
  void flush();
  const Limits limits_;
  std::string pending_;
  std::uint64_t entries_ = 0;
  std::uint64_t bytes_ = 0;
  bool in_member_ = false;
};

}  // namespace outspan::unpack
