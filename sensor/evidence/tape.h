#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "core/bytes.h"

namespace outspan::evidence {

/// What tapes may hold together, and what recordings still hold of them.
/// Thread: any.
class Memory {
 public:
  explicit Memory(std::uint64_t limit) noexcept : limit_(limit) {}

  [[nodiscard]] bool take(std::uint64_t bytes) noexcept {
    if (used_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= limit_) return true;
    give(bytes);
    return false;
  }
  void give(std::uint64_t bytes) noexcept { used_.fetch_sub(bytes, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t used() const noexcept {
    return used_.load(std::memory_order_relaxed);
  }

 private:
  const std::uint64_t limit_;
  std::atomic<std::uint64_t> used_{0};
};

/// Bytes in a row. What is in use of it does not change any more.
class Chunk {
 public:
  /// `bytes` were taken from `memory`, and go back to it.
  Chunk(std::shared_ptr<Memory> memory, std::size_t bytes)
      : memory_(std::move(memory)), bytes_(bytes), data_(new std::uint8_t[bytes]) {}
  ~Chunk() { memory_->give(bytes_); }
  Chunk(const Chunk&) = delete;
  Chunk& operator=(const Chunk&) = delete;

  [[nodiscard]] std::size_t size() const noexcept { return bytes_; }
  [[nodiscard]] std::uint8_t* data() noexcept { return data_.get(); }
  [[nodiscard]] const std::uint8_t* data() const noexcept { return data_.get(); }

 private:
  std::shared_ptr<Memory> memory_;
  std::size_t bytes_;
  std::unique_ptr<std::uint8_t[]> data_;
};

/// A tape as it was at a moment. Shares the tape's chunks.
struct Recording {
  struct Piece {
    std::shared_ptr<const Chunk> chunk;
    std::size_t used = 0;
  };
  std::vector<Piece> pieces;
  bool cut = false;  ///< something is missing, before it or after it

  /// Each record, oldest first, with its length.
  void each(const std::function<void(Bytes)>& take) const;
};

using RecordingPtr = std::shared_ptr<const Recording>;

/// Records of which the newest are kept: the oldest go, a chunk at a time, once there is no room.
/// Thread: the pipeline's; recordings may be read by another one meanwhile.
class Tape {
 public:
  /// The largest record.
  static constexpr std::size_t kRecordMax = (64 << 10) + 256;

  /// Room for a record of `bytes`, to be filled in at once. nullptr: `memory` has none; what is on
  /// the tape stays. `limit`: of the whole tape.
  std::uint8_t* append(std::size_t bytes, std::uint64_t limit,
                       const std::shared_ptr<Memory>& memory);
  /// Whether a record fits without pushing out what is there.
  [[nodiscard]] bool has_room(std::size_t bytes, std::uint64_t limit) const noexcept;
  /// Recordings say that something is missing.
  void cut() noexcept { cut_ = true; }
  [[nodiscard]] Recording recording() const;
  [[nodiscard]] bool empty() const noexcept { return pieces_.empty(); }
  /// Of its chunks.
  [[nodiscard]] std::uint64_t held_bytes() const noexcept { return held_; }

 private:
  struct Piece {
    std::shared_ptr<Chunk> chunk;
    std::size_t used = 0;
  };
  [[nodiscard]] std::size_t chunk_for(std::size_t needed) const noexcept;

  std::deque<Piece> pieces_;
  std::uint64_t held_ = 0;
  bool cut_ = false;
};

}  // namespace outspan::evidence
