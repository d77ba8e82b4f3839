#include "policy/row_map.h"

namespace outspan::policy {
namespace {
constexpr std::size_t kFirstSlots = 16;
}

RowMap::Entry& RowMap::operator[](fingerprint::RowNumber row) {
  if ((size_ + 1) * 4 > slots_.size() * 3) grow();
  Entry& entry = slots_[slot_of(row)];
  if (entry.row_plus_1 == 0) {
    entry.row_plus_1 = row + 1;
    ++size_;
  }
  return entry;
}

const RowMap::Entry* RowMap::find(fingerprint::RowNumber row) const noexcept {
  if (slots_.empty()) return nullptr;
  const Entry& entry = slots_[slot_of(row)];
  return entry.row_plus_1 != 0 ? &entry : nullptr;
}

void RowMap::grow() {
  std::vector<Entry> before(slots_.empty() ? kFirstSlots : slots_.size() * 2);
  before.swap(slots_);
  for (const Entry& entry : before)
    if (entry.row_plus_1 != 0) slots_[slot_of(entry.row_plus_1 - 1)] = entry;
}

}  // namespace outspan::policy
