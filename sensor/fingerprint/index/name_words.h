#pragma once

#include <array>
#include <cstdint>

#include "core/bytes.h"
#include "core/prefetch.h"
#include "fingerprint/forms/name_form.h"
#include "fingerprint/index/value_hash.h"

namespace outspan::fingerprint {

/// Customers who share a name and can still be told: a name that more have names nobody, and says
/// nothing of a list in which it stands.
inline constexpr std::uint32_t kNamesakesMax = 4;

/// What the table of names (CellTable) holds a name by. `pair`: Name::pair().
inline ValueHash name_hash(const SipKey& key, std::uint64_t pair) noexcept {
  return value_hash(key, {reinterpret_cast<const char*>(&pair), sizeof pair});
}

/// The first and last words of the customers' names, and how many customers have each; with how
/// likely a stranger's name that is made of two of them is a customer's.
///
/// The section: kChances doubles, then words of 64 bits, ascending: 56 bits of a word's hash, and
/// its count (see code()). Half of them are 0, so that a word stands where its hash points to, or
/// a few further on.
class NameWords {
 public:
  /// By how many customers would have the name if first and last names were drawn by themselves:
  /// one for each power of two, from 2^kExpectedMin on.
  static constexpr std::size_t kChances = 32;
  static constexpr int kExpectedMin = -20;
  /// Words behind the slots, for those whose hash points to the last ones.
  static constexpr std::uint64_t kSlotsBehind = 256;
  using Chances = std::array<double, kChances>;

  NameWords() = default;
  /// `section` is aligned to eight bytes and outlives this. `names`: how many the index has.
  NameWords(Bytes section, std::uint64_t names) noexcept;
  /// Whether a section can be of this kind.
  static bool fits(Bytes section) noexcept;

  [[nodiscard]] bool empty() const noexcept { return slots_ == 0; }
  void prefetch(std::uint64_t identity) const noexcept {
    outspan::prefetch(words_ + slot_of(identity, slots_));
  }
  /// About how many customers have the word; 0: none. `identity`: name_identity() of its hash.
  [[nodiscard]] double count(std::uint64_t identity) const noexcept;
  /// How likely the name of a stranger is a customer's, of whose words so many customers each have
  /// one. Names that more than kNamesakesMax customers have are left aside.
  [[nodiscard]] double chance(double first_count, double last_count) const noexcept {
    return chances_[chance_of(first_count * last_count / names_)];
  }

  static std::size_t chance_of(double expected) noexcept;
  static std::uint64_t slot_of(std::uint64_t identity, std::uint64_t slots) noexcept {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>(static_cast<Wide>(identity) * slots >> 64);
  }
  /// A count in eight bits, an eighth of a power of two exact; never 0.
  static std::uint8_t code(std::uint64_t count) noexcept;
  static constexpr std::uint64_t kHashMask = ~std::uint64_t{0xff};

 private:
  const std::uint64_t* words_ = nullptr;
  std::uint64_t slots_ = 0, end_ = 0;
  double names_ = 1;
  Chances chances_{};
};

}  // namespace outspan::fingerprint
