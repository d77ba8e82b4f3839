#include "fingerprint/index/name_words.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace outspan::fingerprint {
namespace {

constexpr std::size_t kWordsAt = NameWords::kChances * sizeof(double);

}  // namespace

bool NameWords::fits(Bytes section) noexcept {
  if (section.empty()) return true;
  if (section.size() % 8 != 0 || section.size() <= kWordsAt + kSlotsBehind * 8) return false;
  Chances chances;
  std::memcpy(chances.data(), section.data(), kWordsAt);
  return std::all_of(chances.begin(), chances.end(),
                     [](double chance) { return chance > 0 && chance <= 1; });
}

NameWords::NameWords(Bytes section, std::uint64_t names) noexcept {
  if (section.empty()) return;
  std::memcpy(chances_.data(), section.data(), kWordsAt);
  words_ = reinterpret_cast<const std::uint64_t*>(section.data() + kWordsAt);
  end_ = (section.size() - kWordsAt) / 8;
  slots_ = end_ - kSlotsBehind;
  names_ = static_cast<double>(std::max<std::uint64_t>(names, 1));
}

double NameWords::count(std::uint64_t identity) const noexcept {
  const std::uint64_t wanted = identity & kHashMask;
  for (std::uint64_t at = slot_of(identity, slots_); at < end_; ++at) {
    const std::uint64_t word = words_[at];
    if (word == 0 || (word & kHashMask) > wanted) return 0;
    if ((word & kHashMask) == wanted) return std::exp2(static_cast<double>((word & 0xff) - 1) / 8);
  }
  return 0;
}

std::uint8_t NameWords::code(std::uint64_t count) noexcept {
  const double power = std::log2(static_cast<double>(std::max<std::uint64_t>(count, 1)));
  return static_cast<std::uint8_t>(std::min(255.0, 1 + std::round(power * 8)));
}

std::size_t NameWords::chance_of(double expected) noexcept {
  const double power = std::floor(std::log2(std::max(expected, 1e-9))) - kExpectedMin;
  return static_cast<std::size_t>(std::clamp(power, 0.0, static_cast<double>(kChances - 1)));
}

}  // namespace outspan::fingerprint
