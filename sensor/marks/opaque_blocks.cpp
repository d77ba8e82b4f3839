#include "marks/opaque_blocks.h"

#include <algorithm>
#include <utility>

namespace outspan::marks {

void OpaqueBlocks::add(Bytes bytes) noexcept {
  while (!bytes.empty()) {
    const std::size_t taken = std::min<std::size_t>(bytes.size(), kBlockBytes - spread_.bytes());
    spread_.add(bytes.first(taken));
    bytes = bytes.subspan(taken);
    if (spread_.bytes() == kBlockBytes) end_block();
  }
}

void OpaqueBlocks::end_block() noexcept {
  if (first_ || spread_.bytes() >= kMinLastBytes) last_opaque_ = spread_.is_opaque();
  if (last_opaque_) opaque_ += spread_.bytes();
  spread_.clear();
  first_ = false;
}

std::uint64_t OpaqueBlocks::end() noexcept {
  end_block();
  return std::exchange(opaque_, 0);
}

}  // namespace outspan::marks
