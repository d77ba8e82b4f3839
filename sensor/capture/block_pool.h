#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "capture/packet.h"

namespace outspan::capture {

/// Big enough that a system call and a hand-over to a worker are rare, small enough to stay in the
/// second-level cache until the packets have been decoded.
inline constexpr std::size_t kBlockBytes = std::size_t{1} << 20;
inline constexpr std::size_t kBlocks = 32;

/// Memory that one batch of packets stands in.
class Block : public PacketStorage {
 public:
  explicit Block(std::size_t size_bytes)
      : bytes_(std::make_unique_for_overwrite<std::uint8_t[]>(size_bytes)),
        size_bytes_(size_bytes) {}
  [[nodiscard]] std::span<std::uint8_t> bytes() noexcept { return {bytes_.get(), size_bytes_}; }

 private:
  std::unique_ptr<std::uint8_t[]> bytes_;
  std::size_t size_bytes_;
};

/// A fixed number of blocks, allocated when first needed, and reused once the last packet that
/// borrows from one is done.
/// Thread: take() by one thread at a time; blocks are given back by any thread, also after the
/// pool is gone.
class BlockPool {
 public:
  explicit BlockPool(std::size_t blocks = kBlocks, std::size_t block_bytes = kBlockBytes);

  [[nodiscard]] bool has_free() const noexcept;
  /// Null when every block is in use.
  [[nodiscard]] std::shared_ptr<Block> take();

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace outspan::capture
