#include "marks/opaque_blocks.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace outspan::marks {

void OpaqueBlocks::add(Bytes bytes) noexcept {
  while (!bytes.empty()) {
    const std::size_t taken = std::min<std::size_t>(bytes.size(), kBlockBytes - held_size_);
    if (taken == kBlockBytes) {
      end_block(bytes.first(taken));
    } else {
      std::memcpy(held_.data() + held_size_, bytes.data(), taken);
      held_size_ += taken;
      if (held_size_ == kBlockBytes) end_block(Bytes(held_).first(std::exchange(held_size_, 0)));
    }
    bytes = bytes.subspan(taken);
  }
}

void OpaqueBlocks::end_block(Bytes block) noexcept {
  if (first_ || block.size() >= kMinLastBytes) {
    Spread spread;
    spread.add_whole(block);
    last_opaque_ = spread.is_opaque();
  }
  if (last_opaque_) opaque_ += block.size();
  first_ = false;
}

std::uint64_t OpaqueBlocks::end() noexcept {
  end_block(Bytes(held_).first(std::exchange(held_size_, 0)));
  return std::exchange(opaque_, 0);
}

}  // namespace outspan::marks
