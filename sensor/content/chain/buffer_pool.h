#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "core/budget.h"

namespace outspan::content {

class BufferPool;

/// Bytes out of a BufferPool; goes back there when it is destroyed.
class Buffer {
 public:
  Buffer() = default;
  Buffer(Buffer&& other) noexcept
      : pool_(std::exchange(other.pool_, nullptr)),
        bytes_(std::move(other.bytes_)),
        size_class_(other.size_class_) {}
  Buffer& operator=(Buffer&& other) noexcept {
    if (this != &other) {
      release();
      pool_ = std::exchange(other.pool_, nullptr);
      bytes_ = std::move(other.bytes_);
      size_class_ = other.size_class_;
    }
    return *this;
  }
  ~Buffer() { release(); }

  [[nodiscard]] std::uint8_t* data() const noexcept { return bytes_.get(); }
  [[nodiscard]] std::size_t capacity() const noexcept;
  explicit operator bool() const noexcept { return bytes_ != nullptr; }
  void release() noexcept;

 private:
  friend class BufferPool;
  BufferPool* pool_ = nullptr;
  std::unique_ptr<std::uint8_t[]> bytes_;
  std::size_t size_class_ = 0;
};

/// Working memory of the stages in a few sizes, charged to the memory budget while it is in use.
/// Idle buffers are kept for the next object, a bounded number of each size.
class BufferPool {
 public:
  /// The third holds a window with its neighbourhood, the fourth the output of a decompressor.
  static constexpr std::array<std::size_t, 4> kSizes{1024, 4096, 17408, 65536};

  /// `budget` outlives the pool, and the pool its buffers.
  explicit BufferPool(Budget& budget) noexcept : budget_(budget) {}

  /// At least `bytes` (at most the largest size); empty when the budget is used up.
  [[nodiscard]] Buffer take(std::size_t bytes) noexcept;

 private:
  friend class Buffer;
  static constexpr std::size_t kIdle = 32;
  void give(std::unique_ptr<std::uint8_t[]> bytes, std::size_t size_class) noexcept;

  Budget& budget_;
  std::array<std::vector<std::unique_ptr<std::uint8_t[]>>, kSizes.size()> idle_;
};

inline std::size_t Buffer::capacity() const noexcept {
  return bytes_ ? BufferPool::kSizes[size_class_] : 0;
}

}  // namespace outspan::content
