#pragma once

#include <cstdint>
#include <deque>

#include "content/chain/buffer_pool.h"
#include "core/bytes.h"

namespace outspan::content {

/// Bytes that are kept as they come, in buffers: nothing is moved when there are more of them.
class KeptBytes {
 public:
  /// `pool` outlives this. Its budget is charged.
  explicit KeptBytes(BufferPool& pool) noexcept : pool_(&pool) {}

  /// false: the budget is used up; nothing was kept.
  bool append(Bytes bytes) noexcept;
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  /// Whether `what` stands at `offset`.
  [[nodiscard]] bool has(std::uint64_t offset, std::string_view what) const noexcept;

  /// In order. Empty: there is none.
  [[nodiscard]] Bytes first_piece() const noexcept;
  void drop_first_piece() noexcept;

 private:
  struct Piece {
    Buffer buffer;
    std::size_t size = 0;
  };
  BufferPool* pool_;
  std::deque<Piece> pieces_;
  std::uint64_t size_ = 0;
};

}  // namespace outspan::content
