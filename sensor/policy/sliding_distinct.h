#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

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

  [[nodiscard]] std::uint64_t count() const noexcept;
  [[nodiscard]] bool estimated() const noexcept { return merged_ != nullptr; }
  [[nodiscard]] std::uint64_t memory_bytes() const noexcept;

 private:
  struct Slice {
    std::uint64_t number = 0;
    std::vector<std::uint64_t> ids;  // while exact
    std::unique_ptr<HyperLogLog> sketch;
  };
  void estimate_from_now_on();

  std::uint64_t exact_max_;
  std::deque<Slice> slices_;  // ascending, only those with something in them
  std::unordered_map<std::uint64_t, std::uint64_t> latest_;  // identity -> its latest slice
  std::unique_ptr<HyperLogLog> merged_;                      // of all slices, once estimating
};

}  // namespace outspan::policy
