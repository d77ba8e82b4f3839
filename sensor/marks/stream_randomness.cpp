#include "marks/stream_randomness.h"

#include <algorithm>

namespace outspan::marks {
namespace {

/// 255 is expected of random bytes, 22.6 is the deviation: 1 in 60,000 is above. 16 KiB of deflate
/// or JPEG give several hundred to thousands.
constexpr double kChiSquareMax = 350;
/// 7 deviations below what random bytes have.
constexpr int kDistinctMin = 120;

}  // namespace

bool sample_may_be_random(const std::array<std::uint8_t, 256>& sample) noexcept {
  std::array<bool, 256> seen{};
  for (const std::uint8_t byte : sample) seen[byte] = true;
  return std::count(seen.begin(), seen.end(), true) >= kDistinctMin;
}

std::size_t RandomnessTest::feed(Bytes bytes, bool& random) noexcept {
  random = false;
  std::size_t done = 0;
  while (done < bytes.size()) {
    const std::uint32_t until = at_ < kSampleBytes ? kSampleBytes : kPeriodBytes;
    const std::size_t take = std::min<std::size_t>(until - at_, bytes.size() - done);
    if (at_ < kSampleBytes) {
      if (!counts_) counts_ = std::make_unique<std::array<std::uint16_t, 256>>();
      for (const std::uint8_t byte : bytes.subspan(done, take)) ++(*counts_)[byte];
    }
    at_ += static_cast<std::uint32_t>(take);
    done += take;
    if (at_ == kPeriodBytes) at_ = 0;
    if (at_ == kSampleBytes && counts_) {
      random = judge();
      counts_.reset();
      if (random) return done;
    }
  }
  return done;
}

bool RandomnessTest::judge() const noexcept {
  constexpr double kExpected = kSampleBytes / 256.0;
  double chi_square = 0;
  for (const std::uint16_t count : *counts_)
    chi_square += (count - kExpected) * (count - kExpected) / kExpected;
  return chi_square < kChiSquareMax;
}

}  // namespace outspan::marks
