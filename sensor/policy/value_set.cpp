#include "policy/value_set.h"

#include <utility>

namespace outspan::policy {

constexpr std::size_t kFirstSlots = 16;

std::size_t ValueSet::slot_of(std::uint64_t id) const noexcept {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = mix64_keyed(id) & mask;
  while (slots_[at] != 0 && slots_[at] != id) at = (at + 1) & mask;
  return at;
}

bool ValueSet::contains(std::uint64_t id) const noexcept {
  if (id == 0) return has_zero_;
  return !slots_.empty() && slots_[slot_of(id)] == id;
}

bool ValueSet::insert(std::uint64_t id) {
  if (id == 0) return !std::exchange(has_zero_, true);
  if (slots_.empty()) slots_.resize(kFirstSlots);
  std::size_t at = slot_of(id);
  if (slots_[at] == id) return false;
  if ((size_ + 1) * 4 > slots_.size() * 3) {
    grow();
    at = slot_of(id);
  }
  slots_[at] = id;
  ++size_;
  return true;
}

void ValueSet::grow() {
  std::vector<std::uint64_t> before(slots_.size() * 2);
  before.swap(slots_);
  for (const std::uint64_t id : before)
    if (id != 0) slots_[slot_of(id)] = id;
}

void ValueSet::clear() {
  slots_ = {};
  size_ = 0;
  has_zero_ = false;
}

}  // namespace outspan::policy
