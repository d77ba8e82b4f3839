#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "core/bytes.h"
#include "flow/piece_log.h"

namespace outspan::flow {

/// The latest delivered bytes of one stream side, to compare retransmissions with and to give a
/// branch its beginning. Grows by doubling up to kHistoryBytesMax and is charged to a
/// budget; where that refuses, it stays as small as it is.
class History {
 public:
  static constexpr std::uint32_t kBytesMax = 16384;

  explicit History(HistoryMemory& memory) noexcept : memory_(memory) {}
  ~History() { memory_.budget.give(capacity_); }
  History(const History&) = delete;
  History& operator=(const History&) = delete;

  /// `position` is that of the first byte. Bytes that do not follow on what is here replace it.
  void append(std::uint64_t position, Bytes bytes) noexcept;
  /// A hole that ends at `position`: what is before it is no run with what follows.
  void restart(std::uint64_t position) noexcept;

  [[nodiscard]] std::uint64_t begin() const noexcept { return end_ - size_; }
  [[nodiscard]] std::uint64_t end() const noexcept { return end_; }
  /// Grows, if it may, for `incoming` more bytes; returns the first position that an append of so
  /// many bytes would leave here.
  [[nodiscard]] std::uint64_t make_room(std::size_t incoming) noexcept;
  /// Two runs (the ring wraps) that together are [from, to), clipped to what is here.
  [[nodiscard]] std::array<Bytes, 2> read(std::uint64_t from, std::uint64_t to) const noexcept;
  /// `bytes` at `position`, which is before end(), with what was there; from end() on there is
  /// nothing.
  [[nodiscard]] Comparison compare(std::uint64_t position, Bytes bytes) const noexcept;

 private:
  void grow(std::uint64_t wanted) noexcept;
  PieceLog& log() noexcept;

  HistoryMemory& memory_;
  std::unique_ptr<std::uint8_t[]> ring_;
  std::uint64_t end_ = 0;       // position after the last byte
  std::uint32_t capacity_ = 0;  // a power of two, or 0; a byte stands at position % capacity_
  std::uint32_t size_ = 0;
  std::unique_ptr<PieceLog> pieces_;  // once there is more than a little
};

}  // namespace outspan::flow
