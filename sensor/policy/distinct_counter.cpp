#include "policy/distinct_counter.h"

namespace outspan::policy {

bool DistinctCounter::add(std::uint64_t id) {
  if (!sketch_) {
    if (!exact_.insert(id)) return false;
    ++count_;
    if (exact_.size() > exact_max_) give_up_exactness();
    return true;
  }
  if (!sketch_->add(id)) return false;
  // The first estimates may be a little below what was counted exactly.
  count_ = std::max(count_, sketch_->estimate());
  return true;
}

void DistinctCounter::give_up_exactness() {
  if (sketch_) return;
  sketch_ = std::make_unique<HyperLogLog>();
  exact_.for_each([this](std::uint64_t id) { sketch_->add(id); });
  exact_.clear();
}

}  // namespace outspan::policy
