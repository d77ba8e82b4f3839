#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "content/chain/decompressor.h"
#include "core/bytes.h"

namespace outspan::content {

/// Finds what stands in a compressed stream beside the compressed data, where anybody may write
/// what he likes and a decoder passes over it: the extra field, name and comment of gzip
/// (RFC 1952, 2.3), skippable frames of zstd (RFC 8878, 3.1.2). Brotli's metadata (RFC 7932, 9.2)
/// has no place that is known without decoding; see QuietSlices.
class StreamMetadata {
 public:
  explicit StreamMetadata(Coding coding) noexcept : coding_(coding) {}

  /// A stream (a member, a frame) begins.
  void restart() noexcept;
  /// The next bytes of the stream: the stretch of them that is no compressed data. Each byte must
  /// be given once, until ended().
  Bytes take(Bytes bytes) noexcept;
  /// What follows is compressed data.
  [[nodiscard]] bool ended() const noexcept { return state_ == State::ended; }

 private:
  enum class State : std::uint8_t { head, extra_size, extra, name, comment, check, skipped, ended };

  [[nodiscard]] State after(State state) const noexcept;
  void step(std::uint8_t byte) noexcept;
  void end_head() noexcept;

  Coding coding_;
  State state_ = State::head;
  std::array<std::uint8_t, 10> head_{};
  std::size_t have_ = 0;    // of the head, or of a field of fixed size
  std::uint64_t left_ = 0;  // of the extra field, or of the skippable frame
};

/// Says which input of a decoder gave no output and is no compressed data: text, or more than the
/// tables of a block can have.
class QuietSlices {
 public:
  /// A decoder gets at most so many bytes at a time.
  static constexpr std::size_t kBytes = 32;

  /// Calls `give(bytes)` with stretches that belong together, the slices around them included, and
  /// `over()` after each stretch.
  template <class Give, class Over>
  void add(Bytes slice, bool gave_output, Give give, Over over) noexcept {
    if (!gave_output || quiet_) {
      held_ += as_text(slice);
      given_ = given_ || is_text(slice, gave_output) || held_.size() > kTablesMaxBytes;
      if (given_) give(as_bytes(held_)), held_.clear();
    }
    if (gave_output) {
      if (given_) over();
      given_ = false;
      block_bytes_ = printable_ = 0;
      held_ = as_text(slice);
    }
    quiet_ = !gave_output;
  }

 private:
  static constexpr std::size_t kTablesMaxBytes = 512;
  /// Whether a block of the stretch that ends in `slice` is text.
  bool is_text(Bytes slice, bool is_last) noexcept;

  std::size_t block_bytes_ = 0, printable_ = 0;
  std::string held_;  // the slice before, and the stretch as far as it was not given
  bool quiet_ = false, given_ = false;
};

}  // namespace outspan::content
