#pragma once

#include <string>
#include <string_view>

#include "core/bytes.h"
#include "unpack/pool/kind.h"
#include "unpack/pool/outcome.h"

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
  /// Bytes of the file as they are, which could not be read or stand after its end: they are
  /// searched as the file's own, whatever they look like. Ends the member before, if there is one.
  void rest(Bytes bytes);
  /// That the outcome `damaged` is about so many bytes of the file only: the others were read. Ends
  /// the member before, if there is one.
  void unread(std::uint64_t bytes);
  /// Of all members so far.
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }

 protected:
  /// `bytes`: at most kFramePayloadMax.
  virtual void write_begin(std::string_view name) = 0;
  virtual void write_begin_rest() = 0;
  virtual void write_data(Bytes bytes) = 0;
  virtual void write_end() = 0;
  virtual void write_encrypted(std::string_view name) = 0;
  virtual void write_unread(std::uint64_t bytes) = 0;

 private:
  void enter();
  void flush();
  const Limits limits_;
  std::string pending_;
  std::uint64_t entries_ = 0;
  std::uint64_t bytes_ = 0;
  bool in_member_ = false;
  bool in_rest_ = false;
};

}  // namespace outspan::unpack
