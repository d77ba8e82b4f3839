#include "policy/sliding_records.h"

#include <algorithm>

#include "core/hash.h"

namespace outspan::policy {
namespace {
constexpr std::size_t kFirstSlots = 16;
}

SlidingRecords::Entry& SlidingRecords::slot_of(std::uint64_t record_id) noexcept {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = mix64(record_id) & mask;
  while (slots_[at].record_id != 0 && slots_[at].record_id != record_id) at = (at + 1) & mask;
  return slots_[at];
}

void SlidingRecords::add(const HostHits::Record& record, std::uint64_t slice) {
  if (estimated_) {
    estimate_.add(record.record_id, slice);
    return;
  }
  if (size_ == 0) base_ = slice;
  restore({record.record_id, record.row, static_cast<std::uint32_t>(slice - std::min(base_, slice)),
           record.columns, record.index, record.canary},
          base_);
}

void SlidingRecords::restore(const Entry& entry, std::uint64_t base_slice) {
  const std::uint64_t id = entry.record_id != 0 ? entry.record_id : 1;
  if (slots_.empty()) slots_.resize(kFirstSlots);
  if (size_ == 0) base_ = base_slice;
  oldest_ = size_ == 0 ? entry.slice : std::min(oldest_, entry.slice);
  Entry& slot = slot_of(id);
  const bool fresh = slot.record_id == 0;
  const auto columns = slot.columns;
  slot = entry;
  slot.record_id = id;
  slot.columns = static_cast<fingerprint::ColumnMask>(columns | entry.columns);
  if (!fresh) return;
  ++size_;
  if (size_ > exact_max_)
    estimate_from_now_on();
  else if (size_ * 4 > slots_.size() * 3)
    rebuild(oldest_);
}

void SlidingRecords::rebuild(std::uint32_t first_slice) {
  std::vector<Entry> before;
  before.swap(slots_);
  std::erase_if(before, [first_slice](const Entry& entry) {
    return entry.record_id == 0 || entry.slice < first_slice;
  });
  size_ = before.size();
  std::size_t slots = kFirstSlots;
  while (slots < size_ * 2) slots *= 2;
  slots_.resize(slots);
  oldest_ = 0xffffffff;
  for (const Entry& entry : before) {
    slot_of(entry.record_id) = entry;
    oldest_ = std::min(oldest_, entry.slice);
  }
}

void SlidingRecords::expire_before(std::uint64_t slice) {
  if (estimated_) {
    estimate_.expire_before(slice);
    // Empty: from here on exact again.
    if (estimate_.count() == 0) estimated_ = false;
    return;
  }
  if (size_ == 0 || slice <= base_) return;
  const auto first = static_cast<std::uint32_t>(slice - base_);
  if (oldest_ < first) rebuild(first);
}

void SlidingRecords::estimate_from_now_on() {
  std::erase_if(slots_, [](const Entry& entry) { return entry.record_id == 0; });
  std::sort(slots_.begin(), slots_.end(),
            [](const Entry& a, const Entry& b) { return a.slice < b.slice; });
  for (const Entry& entry : slots_) estimate_.add(entry.record_id, base_ + entry.slice);
  slots_ = {};
  size_ = 0;
  estimated_ = true;
}

std::vector<SlidingRecords::Entry> SlidingRecords::entries() const {
  std::vector<Entry> all;
  for (const Entry& entry : slots_)
    if (entry.record_id != 0) all.push_back(entry);
  return all;
}

}  // namespace outspan::policy
