#include "policy/sliding_distinct.h"

namespace outspan::policy {

void SlidingDistinct::add(std::uint64_t id, std::uint64_t slice) {
  if (slices_.empty() || slices_.back().number < slice) {
    slices_.emplace_back().number = slice;
    if (merged_) slices_.back().sketch = std::make_unique<HyperLogLog>();
  }
  Slice& now = slices_.back();
  if (merged_) {
    now.sketch->add(id);
    merged_->add(id);
    return;
  }
  const auto [entry, fresh] = latest_.try_emplace(id, now.number);
  if (!fresh && entry->second == now.number) return;
  entry->second = now.number;
  now.ids.push_back(id);
  if (latest_.size() > exact_max_) estimate_from_now_on();
}

void SlidingDistinct::estimate_from_now_on() {
  merged_ = std::make_unique<HyperLogLog>();
  for (Slice& slice : slices_) {
    slice.sketch = std::make_unique<HyperLogLog>();
    for (const std::uint64_t id : slice.ids) slice.sketch->add(id);
    slice.ids = {};
    merged_->merge(*slice.sketch);
  }
  latest_ = {};
}

void SlidingDistinct::expire_before(std::uint64_t slice) {
  if (slices_.empty() || slices_.front().number >= slice) return;
  for (; !slices_.empty() && slices_.front().number < slice; slices_.pop_front()) {
    for (const std::uint64_t id : slices_.front().ids) {
      const auto found = latest_.find(id);
      if (found != latest_.end() && found->second == slices_.front().number) latest_.erase(found);
    }
  }
  if (!merged_) return;
  merged_.reset();
  if (slices_.empty()) return;  // exact again
  merged_ = std::make_unique<HyperLogLog>();
  for (const Slice& rest : slices_) merged_->merge(*rest.sketch);
}

std::uint64_t SlidingDistinct::count() const noexcept {
  return merged_ ? merged_->estimate() : latest_.size();
}

std::uint64_t SlidingDistinct::memory_bytes() const noexcept {
  // A node of std::unordered_map and its bucket, and the identity in its slice.
  std::uint64_t bytes = latest_.size() * 48;
  for (const Slice& slice : slices_)
    bytes += sizeof(Slice) + slice.ids.capacity() * 8 + (slice.sketch ? sizeof(HyperLogLog) : 0);
  return bytes + (merged_ ? sizeof(HyperLogLog) : 0);
}

}  // namespace outspan::policy
