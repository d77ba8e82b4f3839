#include "capture/block_pool.h"

#include <mutex>

namespace outspan::capture {

struct BlockPool::Shared {
  std::mutex mutex;
  std::vector<std::unique_ptr<Block>> idle;
  std::size_t not_yet_made = 0;
  std::size_t block_bytes = 0;
};

BlockPool::BlockPool(std::size_t blocks, std::size_t block_bytes)
    : shared_(std::make_shared<Shared>()) {
  shared_->idle.reserve(blocks);  // giving back never allocates
  shared_->not_yet_made = blocks;
  shared_->block_bytes = block_bytes;
}

bool BlockPool::has_free() const noexcept {
  const std::scoped_lock lock(shared_->mutex);
  return !shared_->idle.empty() || shared_->not_yet_made > 0;
}

std::shared_ptr<Block> BlockPool::take() {
  std::unique_ptr<Block> block;
  {
    const std::scoped_lock lock(shared_->mutex);
    if (!shared_->idle.empty()) {
      block = std::move(shared_->idle.back());
      shared_->idle.pop_back();
    } else if (shared_->not_yet_made > 0) {
      block = std::make_unique<Block>(shared_->block_bytes);
      --shared_->not_yet_made;
    } else {
      return nullptr;
    }
  }
  return {block.release(), [shared = shared_](Block* used) noexcept {
            const std::scoped_lock lock(shared->mutex);
            shared->idle.emplace_back(used);
          }};
}

}  // namespace outspan::capture
