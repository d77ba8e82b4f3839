#include "policy/sliding_distinct.h"

#include <algorithm>

#include "core/hash.h"

namespace outspan::policy {
namespace {

constexpr std::size_t kFirstSlots = 16;

}  // namespace

SlidingDistinct::Slot& SlidingDistinct::slot_of(std::uint64_t id) noexcept {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = mix64_keyed(id) & mask;
  while (slots_[at].id != 0 && slots_[at].id != id) at = (at + 1) & mask;
  return slots_[at];
}

void SlidingDistinct::add(std::uint64_t id, std::uint64_t slice) {
  if (merged_) {
    sketch_of(slice).values.add(id);
    merged_->add(id);
    return;
  }
  if (id == 0) id = 0x9e3779b97f4a7c15ULL;  // 0 is a free slot
  if (slots_.empty()) slots_.resize(kFirstSlots);
  oldest_ = size_ == 0 ? slice : std::min(oldest_, slice);
  Slot& slot = slot_of(id);
  slot.slice = slice;
  if (slot.id == id) return;
  slot.id = id;
  ++size_;
  if (size_ > exact_max_)
    estimate_from_now_on();
  else if (size_ * 4 > slots_.size() * 3)
    rebuild(oldest_);
}

void SlidingDistinct::rebuild(std::uint64_t slice) {
  std::vector<Slot> before;
  before.swap(slots_);
  const auto stays = [slice](const Slot& slot) { return slot.id != 0 && slot.slice >= slice; };
  size_ = static_cast<std::uint64_t>(std::count_if(before.begin(), before.end(), stays));
  std::size_t slots = kFirstSlots;
  while (slots < size_ * 2) slots *= 2;
  slots_.resize(slots);
  oldest_ = ~std::uint64_t{0};
  for (const Slot& slot : before) {
    if (!stays(slot)) continue;
    slot_of(slot.id) = slot;
    oldest_ = std::min(oldest_, slot.slice);
  }
}

SlidingDistinct::Sketch& SlidingDistinct::sketch_of(std::uint64_t slice) {
  if (sketches_.empty() || sketches_.back().slice < slice) sketches_.emplace_back().slice = slice;
  return sketches_.back();
}

void SlidingDistinct::estimate_from_now_on() {
  merged_ = std::make_unique<HyperLogLog>();
  std::erase_if(slots_, [](const Slot& slot) { return slot.id == 0; });
  std::sort(slots_.begin(), slots_.end(),
            [](const Slot& a, const Slot& b) { return a.slice < b.slice; });
  for (const Slot& slot : slots_) {
    sketch_of(slot.slice).values.add(slot.id);
    merged_->add(slot.id);
  }
  slots_ = {};
  size_ = 0;
}

void SlidingDistinct::expire_before(std::uint64_t slice) {
  if (!merged_) {
    if (size_ != 0 && oldest_ < slice) rebuild(slice);
    return;
  }
  if (sketches_.empty() || sketches_.front().slice >= slice) return;
  while (!sketches_.empty() && sketches_.front().slice < slice) sketches_.pop_front();
  merged_.reset();
  if (sketches_.empty()) return;  // exact again
  merged_ = std::make_unique<HyperLogLog>();
  for (const Sketch& rest : sketches_) merged_->merge(rest.values);
}

std::vector<std::pair<std::uint64_t, std::uint64_t>> SlidingDistinct::entries() const {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> all;
  for (const Slot& slot : slots_)
    if (slot.id != 0) all.emplace_back(slot.id, slot.slice);
  return all;
}

std::vector<std::pair<std::uint64_t, Bytes>> SlidingDistinct::sketches() const {
  std::vector<std::pair<std::uint64_t, Bytes>> all;
  for (const Sketch& sketch : sketches_) all.emplace_back(sketch.slice, sketch.values.registers());
  return all;
}

void SlidingDistinct::add_sketch(std::uint64_t slice, Bytes registers) {
  if (!merged_) estimate_from_now_on();
  Sketch& sketch = sketch_of(slice);
  sketch.values.merge_registers(registers);
  merged_->merge(sketch.values);
}

std::uint64_t SlidingDistinct::memory_bytes() const noexcept {
  return slots_.capacity() * sizeof(Slot) + sketches_.size() * sizeof(Sketch) +
         (merged_ ? sizeof(HyperLogLog) : 0);
}

}  // namespace outspan::policy
