#include "marks/randomness.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace outspan::marks {

void Randomness::add(Bytes bytes) noexcept {
  const std::size_t taken = std::min<std::size_t>(bytes.size(), kMaxBytes - total_);
  for (const std::uint8_t byte : bytes.first(taken)) ++counts_[byte];
  total_ += static_cast<std::uint32_t>(taken);
}

bool Randomness::looks_random() const noexcept {
  if (total_ < kMinBytes) return false;
  double entropy = 0;
  int values = 0;
  for (const std::uint32_t count : counts_) {
    if (count == 0) continue;
    ++values;
    const double share = static_cast<double>(count) / total_;
    entropy -= share * std::log2(share);
  }
  entropy += (values - 1) / (2 * std::numbers::ln2 * total_);
  return entropy >= kMinEntropyBits;
}

}  // namespace outspan::marks
