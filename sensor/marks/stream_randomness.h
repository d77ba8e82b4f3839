#pragma once

#include <cstdint>
#include <memory>

#include "core/bytes.h"
#include "marks/spread.h"

namespace outspan::marks {

/// Tests the first 16 KiB of a stream, then 16 KiB of every further 1 MiB, for uniform random
/// bytes. Depends on the bytes only, not on how they were cut.
/// Bound: a Spread while a test runs, nothing between.
class RandomnessTest {
 public:
  static constexpr std::uint32_t kSampleBytes = 16 * 1024;
  static constexpr std::uint32_t kPeriodBytes = 1024 * 1024;

  /// How many of `bytes` were looked at when the answer fell; `random` says which. Feed the rest
  /// again, or not, after having acted on it. Without an answer all are consumed.
  std::size_t feed(Bytes bytes, bool& random) noexcept;
  /// The next byte begins a test.
  void restart() noexcept {
    at_ = 0;
    spread_.reset();
  }

  /// Beside the object itself.
  [[nodiscard]] std::uint64_t held_bytes() const noexcept { return spread_ ? sizeof *spread_ : 0; }

 private:
  std::uint32_t at_ = 0;  // within the period
  std::unique_ptr<Spread> spread_;
};

}  // namespace outspan::marks
