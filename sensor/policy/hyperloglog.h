#pragma once

#include <array>
#include <cstdint>

#include "core/bytes.h"

namespace outspan::policy {

/// How many different identities were added, in 4 KiB whatever their number; standard error 1.6 %.
/// Flajolet et al. 2007, with the estimator of Ertl 2017 ("New cardinality estimation algorithms
/// for HyperLogLog sketches", algorithm 6), which needs no correction tables.
class HyperLogLog {
 public:
  static constexpr int kPrecision = 12;
  static constexpr std::size_t kRegisters = std::size_t{1} << kPrecision;

  HyperLogLog() noexcept { histogram_[0] = kRegisters; }
  /// True: the sketch changed, so the identity is new for certain.
  bool add(std::uint64_t id) noexcept;
  void merge(const HyperLogLog& other) noexcept { merge_registers(other.registers()); }
  /// The state, kRegisters bytes.
  [[nodiscard]] Bytes registers() const noexcept { return registers_; }
  /// Of another sketch; bytes that are none of a register are left out.
  void merge_registers(Bytes registers) noexcept;
  /// 53 steps: the histogram of the registers is kept up to date.
  [[nodiscard]] std::uint64_t estimate() const noexcept;

 private:
  static constexpr int kRankMax = 64 - kPrecision + 1;
  bool raise(std::size_t at, std::uint8_t rank) noexcept;

  std::array<std::uint8_t, kRegisters> registers_{};
  std::array<std::uint16_t, kRankMax + 1> histogram_{};
};

}  // namespace outspan::policy
