#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "capture/stop_signal.h"
#include "core/result.h"

namespace outspan::capture {

/// A stream of bytes: a file, a pipe, what one of them unpacks to.
/// Thread: one.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  /// Fills `into` as far as there are bytes: less than asked for means the end, or an error.
  virtual std::size_t read(std::span<std::uint8_t> into) = 0;

  /// Why the stream ended before its end; empty: it did not.
  [[nodiscard]] virtual const std::string& error() const noexcept = 0;

  /// Bytes taken from the file itself, compressed or not.
  [[nodiscard]] virtual std::uint64_t bytes_read() const noexcept = 0;
};

/// Opens a file, or standard input for "-", unpacking gzip and zstd by their magic numbers
/// (members and frames may follow one another). `stop` outlives the source.
Result<std::unique_ptr<ByteSource>> open_bytes(const std::string& path, const StopSignal& stop);

}  // namespace outspan::capture
