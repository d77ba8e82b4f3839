#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/bytes.h"

namespace outspan::content {

enum class Coding : std::uint8_t {
  gzip,
  zlib,
  deflate,
  brotli,
  zstd,
  lz4_block,
  snappy,
  snappy_framed,
  iwa,  ///< of Apple's iWork: Snappy in chunks
};

/// Whether the first two bytes are a header of zlib (RFC 1950, 2.2).
constexpr bool begins_zlib(Bytes bytes) noexcept {
  return bytes.size() >= 2 && (bytes[0] & 0x0f) == 8 && (bytes[0] >> 4) <= 7 &&
         (bytes[0] * 256 + bytes[1]) % 31 == 0;
}

/// A streaming decompressor of one library.
class Decompressor {
 public:
  enum class State : std::uint8_t {
    running,  ///< wants more input or more room
    ended,    ///< the stream is complete; what is left of the input is not part of it
    damaged,
  };
  struct Step {
    std::size_t consumed = 0;
    std::size_t produced = 0;
    State state = State::running;
    bool passed_over = false;  ///< what was consumed is no compressed data: anybody may write there
  };

  virtual ~Decompressor() = default;
  virtual Step run(Bytes in, std::span<std::uint8_t> out) noexcept = 0;
  /// Ready for a new stream.
  virtual void reset() noexcept = 0;
  /// Bytes at the end of what run() has consumed of which nothing can have come out yet.
  [[nodiscard]] virtual std::uint64_t held() const noexcept { return 0; }
  /// What it may allocate, for the memory budget.
  [[nodiscard]] virtual std::uint64_t memory_bytes() const noexcept = 0;
};

std::unique_ptr<Decompressor> make_decompressor(Coding coding) noexcept;

/// Decompressors that wait for the next stream of their coding: most objects are small, and to make
/// one costs more than to run it. Keeps a few of those that need little memory.
class IdleDecompressors {
 public:
  std::unique_ptr<Decompressor> take(Coding coding) noexcept;
  void give(Coding coding, std::unique_ptr<Decompressor> decompressor) noexcept;

 private:
  static constexpr std::size_t kIdle = 8;
  static constexpr std::uint64_t kSmall = 1 << 20;
  static constexpr std::size_t kCodings = 9;
  std::array<std::vector<std::unique_ptr<Decompressor>>, kCodings> idle_;
};

}  // namespace outspan::content
