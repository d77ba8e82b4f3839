#include "policy/hyperloglog.h"

#include <bit>
#include <cmath>

#include "core/hash.h"

namespace outspan::policy {
namespace {

double sigma(double x) noexcept {
  if (x == 1.0) return HUGE_VAL;
  double y = 1, z = x, before;
  do {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  } while (z != before);
  return z;
}

double tau(double x) noexcept {
  if (x == 0.0 || x == 1.0) return 0.0;
  double y = 1, z = 1 - x, before;
  do {
    x = std::sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) * (1 - x) * y;
  } while (z != before);
  return z / 3;
}

}  // namespace

bool HyperLogLog::raise(std::size_t at, std::uint8_t rank) noexcept {
  std::uint8_t& mine = registers_[at];
  if (rank <= mine) return false;
  --histogram_[mine];
  ++histogram_[rank];
  mine = rank;
  return true;
}

bool HyperLogLog::add(std::uint64_t id) noexcept {
  const std::uint64_t hash = mix64(id ^ 0x9e3779b97f4a7c15ULL);
  const std::uint64_t rest = hash << kPrecision | std::uint64_t{1} << (kPrecision - 1);
  return raise(hash >> (64 - kPrecision), static_cast<std::uint8_t>(std::countl_zero(rest) + 1));
}

void HyperLogLog::merge_registers(Bytes registers) noexcept {
  for (std::size_t at = 0; at < kRegisters && at < registers.size(); ++at)
    if (registers[at] <= kRankMax) raise(at, registers[at]);
}

std::uint64_t HyperLogLog::estimate() const noexcept {
  constexpr double kM = kRegisters;
  double z = kM * tau(1.0 - histogram_[kRankMax] / kM);
  for (int rank = kRankMax - 1; rank >= 1; --rank) z = 0.5 * (z + histogram_[rank]);
  z += kM * sigma(histogram_[0] / kM);
  const double alpha = 0.5 / std::log(2.0);
  return static_cast<std::uint64_t>(std::llround(alpha * kM * kM / z));
}

}  // namespace outspan::policy
