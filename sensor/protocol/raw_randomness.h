#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "core/bytes.h"

namespace outspan::protocol {

/// The first bytes of a format that content/ opens or skips for what it is (archives, images,
/// media). Such bytes look random and are no ciphertext.
bool has_known_magic(Bytes opening) noexcept;

/// Whether 256 bytes hold so many different values that they may be random: 162 are expected,
/// 6 is the deviation; text of any language stays below 100.
bool sample_may_be_random(const std::array<std::uint8_t, 256>& sample) noexcept;

/// Tests the first 16 KiB of a stream, then 16 KiB of every further 1 MiB, for uniform random
/// bytes (chi-square, 255 degrees of freedom). Depends on the bytes only, not on how they were cut.
/// Bound: 512 bytes while a test runs, nothing between.
class RandomnessTest {
 public:
  static constexpr std::uint32_t kSampleBytes = 16 * 1024;
  static constexpr std::uint32_t kPeriodBytes = 1024 * 1024;

  /// How many of `bytes` were looked at when the answer fell; `random` tells which. Feed the rest
  /// again, or not, after having acted on it. Without an answer all are consumed.
  std::size_t feed(Bytes bytes, bool& random) noexcept;
  /// The next byte begins a test.
  void restart() noexcept {
    at_ = 0;
    counts_.reset();
  }

  /// Behind the object itself.
  [[nodiscard]] std::uint64_t held_bytes() const noexcept { return counts_ ? sizeof *counts_ : 0; }

 private:
  [[nodiscard]] bool judge() const noexcept;

  std::uint32_t at_ = 0;  // within the period
  std::unique_ptr<std::array<std::uint16_t, 256>> counts_;
};

}  // namespace outspan::protocol
