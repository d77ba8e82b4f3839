#include "marks/spread.h"

#include <algorithm>

namespace outspan::marks {
namespace {

constexpr double kFreedom = 255;
constexpr double kUniformMax = 350;
constexpr double kMayBeUniformMax = 600;
/// How far each byte may add: 0.1 of 8 bits (chi-square is 2 ln 2 times the bits that are missing).
constexpr double kOpaquePerByte = 0.139;

}  // namespace

void Spread::add(Bytes bytes) noexcept {
  const std::size_t taken = std::min<std::size_t>(bytes.size(), kMaxBytes - bytes_);
  for (const std::uint8_t byte : bytes.first(taken)) ++counts_[byte];
  bytes_ += static_cast<std::uint32_t>(taken);
}

double Spread::chi_square() const noexcept {
  double squares = 0;
  for (const std::uint16_t count : counts_) squares += static_cast<double>(count) * count;
  return bytes_ == 0 ? 0 : squares * 256 / bytes_ - bytes_;
}

bool Spread::is_uniform() const noexcept { return chi_square() < kUniformMax; }

bool Spread::may_be_uniform() const noexcept { return chi_square() < kMayBeUniformMax; }

bool Spread::is_opaque() const noexcept {
  return bytes_ >= kMinOpaqueBytes && chi_square() <= kFreedom + kOpaquePerByte * bytes_;
}

}  // namespace outspan::marks
