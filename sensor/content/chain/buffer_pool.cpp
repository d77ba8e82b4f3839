#include "content/chain/buffer_pool.h"

#include <cassert>

namespace outspan::content {

void Buffer::release() noexcept {
  if (bytes_ != nullptr) pool_->give(std::move(bytes_), size_class_);
  pool_ = nullptr;
}

Buffer BufferPool::take(std::size_t bytes) noexcept {
  std::size_t size_class = 0;
  while (kSizes[size_class] < bytes) {
    ++size_class;
    assert(size_class < kSizes.size());
  }
  Buffer buffer;
  if (!budget_.take(kSizes[size_class])) return buffer;
  auto& idle = idle_[size_class];
  if (idle.empty()) {
    buffer.bytes_.reset(new std::uint8_t[kSizes[size_class]]);
  } else {
    buffer.bytes_ = std::move(idle.back());
    idle.pop_back();
  }
  buffer.pool_ = this;
  buffer.size_class_ = size_class;
  return buffer;
}

void BufferPool::give(std::unique_ptr<std::uint8_t[]> bytes, std::size_t size_class) noexcept {
  budget_.give(kSizes[size_class]);
  if (idle_[size_class].size() < kIdle) idle_[size_class].push_back(std::move(bytes));
}

}  // namespace outspan::content
