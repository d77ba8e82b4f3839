#pragma once

#include <algorithm>
#include <cstdint>

namespace outspan {

/// A limit on memory (or on anything counted) of one worker, with what is needed to report it.
/// Thread: the worker that owns it. A refused take is the caller's to count in the ledger; the
/// refusal itself is counted here and shows up in `stats`.
class Budget {
 public:
  explicit Budget(std::uint64_t limit) noexcept : limit_(limit) {}

  [[nodiscard]] bool take(std::uint64_t amount) noexcept {
    if (amount > limit_ - used_) {
      ++refusals_;
      return false;
    }
    used_ += amount;
    peak_ = std::max(peak_, used_);
    return true;
  }
  void give(std::uint64_t amount) noexcept { used_ -= std::min(amount, used_); }

  [[nodiscard]] std::uint64_t used() const noexcept { return used_; }
  [[nodiscard]] std::uint64_t peak() const noexcept { return peak_; }
  [[nodiscard]] std::uint64_t limit() const noexcept { return limit_; }
  [[nodiscard]] std::uint64_t refusals() const noexcept { return refusals_; }

 private:
  std::uint64_t limit_;
  std::uint64_t used_ = 0;
  std::uint64_t peak_ = 0;
  std::uint64_t refusals_ = 0;
};

}  // namespace outspan
