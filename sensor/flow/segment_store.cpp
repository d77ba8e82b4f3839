#include "flow/segment_store.h"

#include <algorithm>

namespace outspan::flow {

bool SegmentStore::differs(std::uint64_t position, Bytes bytes) const noexcept {
  const std::uint64_t end = position + bytes.size();
  for (auto it = at_or_after(position); it != segments_.end() && it->first < end; ++it) {
    if (!it->second.data) continue;
    const std::uint64_t from = std::max(position, it->first);
    const std::uint64_t to = std::min(end, it->first + it->second.length);
    if (std::memcmp(it->second.data.get() + (from - it->first), bytes.data() + (from - position),
                    to - from) != 0)
      return true;
  }
  return false;
}

}  // namespace outspan::flow
