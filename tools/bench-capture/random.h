#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

namespace outspan::bench_capture {

/// xoshiro256**, seeded by splitmix64. The standard library's distributions differ between
/// implementations; the same seed must give the same capture everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) noexcept {
    for (std::uint64_t& word : state_) {
      seed += 0x9e3779b97f4a7c15U;
      std::uint64_t mixed = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9U;
      mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
      word = mixed ^ (mixed >> 31);
    }
  }

  std::uint64_t next() noexcept {
    const std::uint64_t result = rotate(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotate(state_[3], 45);
    return result;
  }

  /// 0 … limit - 1. The bias of the multiplication is far below what a benchmark sees.
  std::uint32_t below(std::uint32_t limit) noexcept {
    return static_cast<std::uint32_t>(((next() >> 32) * limit) >> 32);
  }
  std::uint32_t between(std::uint32_t low, std::uint32_t high) noexcept {
    return low + below(high - low + 1);
  }
  bool chance(std::uint32_t of_a_thousand) noexcept { return below(1000) < of_a_thousand; }

  void append_bytes(std::string& out, std::size_t size) {
    const std::size_t start = out.size();
    out.resize(start + (size + 7) / 8 * 8);
    for (std::size_t at = start; at < out.size(); at += 8) {
      const std::uint64_t word = next();
      std::memcpy(out.data() + at, &word, 8);
    }
    out.resize(start + size);
  }

 private:
  static std::uint64_t rotate(std::uint64_t value, int by) noexcept {
    return value << by | value >> (64 - by);
  }
  std::array<std::uint64_t, 4> state_;
};

}  // namespace outspan::bench_capture
