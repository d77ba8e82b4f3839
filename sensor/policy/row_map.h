#pragma once

#include <cstdint>
#include <vector>

#include "core/hash.h"
#include "fingerprint/index/column.h"

namespace outspan::policy {

/// Rows of an index, each with the columns that were found of it: open addressing, 8 bytes a slot.
class RowMap {
 public:
  struct Entry {
    fingerprint::RowNumber row_plus_1 = 0;  ///< 0: free
    fingerprint::ColumnMask columns = 0;
    std::uint16_t counted = 0;  ///< for its owner
  };
  static_assert(sizeof(Entry) == 8);

  /// The entry of a row, a new one if there was none. Valid until the next call.
  Entry& operator[](fingerprint::RowNumber row);
  [[nodiscard]] const Entry* find(fingerprint::RowNumber row) const noexcept;
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  [[nodiscard]] std::uint64_t memory_bytes() const noexcept {
    return slots_.size() * sizeof(Entry);
  }
  void clear() {
    slots_ = {};
    size_ = 0;
  }
  template <class Visit>
  void for_each(Visit visit) const {
    for (const Entry& entry : slots_)
      if (entry.row_plus_1 != 0) visit(entry);
  }

 private:
  [[nodiscard]] std::size_t slot_of(fingerprint::RowNumber row) const noexcept {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = mix64(row) & mask;
    while (slots_[at].row_plus_1 != 0 && slots_[at].row_plus_1 != row + 1) at = (at + 1) & mask;
    return at;
  }
  void grow();

  std::vector<Entry> slots_;  // a power of two of them
  std::uint64_t size_ = 0;
};

}  // namespace outspan::policy
