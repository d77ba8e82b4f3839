#include "flow/flow_pool.h"

#include <sys/mman.h>

namespace outspan::flow {

void FlowPool::add_slab() noexcept {
  auto* const slab =
      static_cast<std::byte*>(::operator new(kSlabBytes, std::align_val_t(kHugePageBytes)));
  // Only a wish: without huge pages all works, slower.
  static_cast<void>(madvise(slab, kSlabBytes, MADV_HUGEPAGE));
  const auto first = static_cast<std::uint32_t>(slabs_.size() * kPerSlab);
  slabs_.emplace_back(slab);
  free_.reserve(slabs_.size() * kPerSlab);
  for (std::uint32_t i = kPerSlab; i > 0; --i) free_.push_back(first + i - 1);
}

}  // namespace outspan::flow
