#pragma once

#include <cstdint>
#include <vector>

#include "policy/incident.h"
#include "policy/sliding_distinct.h"

namespace outspan::policy {

/// Records of customers that were seen in the last slices of time, each once: exactly up to a
/// limit, then as an estimate without rows. Identified by record id, so that a refreshed index,
/// whose rows stand elsewhere, does not count anybody twice.
class SlidingRecords {
 public:
  struct Entry {
    std::uint64_t record_id = 0;  ///< 0: free
    fingerprint::RowNumber row = fingerprint::kRowUnknown;
    std::uint32_t slice = 0;  ///< the latest one, counted from the first
    fingerprint::ColumnMask columns = 0;
    std::uint16_t index = 0;
    bool canary = false;
  };

  explicit SlidingRecords(std::uint64_t exact_max) noexcept : exact_max_(exact_max), estimate_(0) {}

  void add(const HostHits::Record& record, std::uint64_t slice);
  /// Puts back what entries() gave.
  void restore(const Entry& entry, std::uint64_t base_slice);
  void expire_before(std::uint64_t slice);

  [[nodiscard]] std::uint64_t count() const noexcept {
    return estimated_ ? estimate_.count() : size_;
  }
  [[nodiscard]] bool estimated() const noexcept { return estimated_; }
  [[nodiscard]] std::uint64_t memory_bytes() const noexcept {
    return slots_.capacity() * sizeof(Entry) + estimate_.memory_bytes();
  }
  /// Those that are known one by one; their slices count from base_slice().
  [[nodiscard]] std::vector<Entry> entries() const;
  [[nodiscard]] std::uint64_t base_slice() const noexcept { return base_; }
  /// Those that are not.
  [[nodiscard]] const SlidingDistinct& estimate() const noexcept { return estimate_; }
  /// To be filled with what estimate() held.
  [[nodiscard]] SlidingDistinct& restored_estimate() noexcept { return estimate_; }
  void finish_restoring() noexcept { estimated_ = estimate_.count() != 0; }
  /// Gives each entry of an index the row that it has now: row_of(record_id), or kRowUnknown.
  template <class RowOf>
  void resolve(std::uint16_t index, RowOf row_of) {
    for (Entry& entry : slots_)
      if (entry.record_id != 0 && entry.index == index) entry.row = row_of(entry.record_id);
  }

 private:
  [[nodiscard]] Entry& slot_of(std::uint64_t record_id) noexcept;
  void rebuild(std::uint32_t first_slice);
  void estimate_from_now_on();

  std::uint64_t exact_max_;
  std::uint64_t size_ = 0;
  std::uint64_t base_ = 0;  // slice 0 of the entries
  std::uint32_t oldest_ = 0;
  std::vector<Entry> slots_;  // a power of two of them
  bool estimated_ = false;
  SlidingDistinct estimate_;
};

}  // namespace outspan::policy
