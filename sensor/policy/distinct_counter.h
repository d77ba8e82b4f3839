#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "policy/hyperloglog.h"
#include "policy/value_set.h"

namespace outspan::policy {

/// Counts different identities: exactly up to a limit, then by estimate. Never counts down.
class DistinctCounter {
 public:
  explicit DistinctCounter(std::uint64_t exact_max) noexcept : exact_max_(exact_max) {}
  DistinctCounter(DistinctCounter&&) noexcept = default;
  DistinctCounter& operator=(DistinctCounter&&) noexcept = default;

  /// True: the identity is new (once estimating: new for certain; most new ones are then not
  /// noticed one by one).
  bool add(std::uint64_t id);
  void prefetch(std::uint64_t id) const noexcept { exact_.prefetch(id); }
  /// While exact; an estimating counter has forgotten.
  [[nodiscard]] bool contains(std::uint64_t id) const noexcept { return exact_.contains(id); }
  /// The exact set, for a counter that is not used any more.
  [[nodiscard]] ValueSet take_exact() { return std::move(exact_); }
  /// Gives the exact set back: from now on 4 KiB.
  void give_up_exactness();

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] bool estimated() const noexcept { return sketch_ != nullptr; }
  [[nodiscard]] std::uint64_t memory_bytes() const noexcept {
    return exact_.memory_bytes() + (sketch_ ? sizeof(HyperLogLog) : 0);
  }

 private:
  std::uint64_t exact_max_;
  std::uint64_t count_ = 0;
  ValueSet exact_;
  std::unique_ptr<HyperLogLog> sketch_;
};

}  // namespace outspan::policy
