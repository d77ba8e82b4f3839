#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "core/bytes.h"
#include "policy/hyperloglog.h"

namespace outspan::policy {

/// How many different identities were added in the last slices of time: exactly up to a limit,
/// then by estimate (a HyperLogLog a slice). Slices are numbered by time; numbers only go up.
class SlidingDistinct {
 public:
  explicit SlidingDistinct(std::uint64_t exact_max) noexcept : exact_max_(exact_max) {}

  void add(std::uint64_t id, std::uint64_t slice);
  /// Forgets what was last added before `slice`.
  void expire_before(std::uint64_t slice);

  [[nodiscard]] std::uint64_t count() const noexcept {
    return merged_ ? merged_->estimate() : size_;
  }
  [[nodiscard]] bool estimated() const noexcept { return merged_ != nullptr; }
  [[nodiscard]] std::uint64_t memory_bytes() const noexcept;

  // To survive a restart.

  /// Identities that are known one by one, with their slices.
  [[nodiscard]] std::vector<std::pair<std::uint64_t, std::uint64_t>> entries() const;
  /// Sketches by slice, ascending; borrowed until the next change.
  [[nodiscard]] std::vector<std::pair<std::uint64_t, Bytes>> sketches() const;
  /// Puts back one of sketches().
  void add_sketch(std::uint64_t slice, Bytes registers);

 private:
  /// Open addressing; identity 0 is free.
  struct Slot {
    std::uint64_t id = 0;
    std::uint64_t slice = 0;  // the latest one
  };
  struct Sketch {
    std::uint64_t slice = 0;
    HyperLogLog values;
  };
  [[nodiscard]] Slot& slot_of(std::uint64_t id) noexcept;
  /// The slots of at least `slice`, in a table of the right size.
  void rebuild(std::uint64_t slice);
  void estimate_from_now_on();
  Sketch& sketch_of(std::uint64_t slice);

  std::uint64_t exact_max_;
  std::uint64_t size_ = 0;
  std::uint64_t oldest_ = 0;             // no slot is older
  std::vector<Slot> slots_;              // a power of two of them
  std::deque<Sketch> sketches_;          // ascending, once estimating
  std::unique_ptr<HyperLogLog> merged_;  // of all sketches
};

}  // namespace outspan::policy
