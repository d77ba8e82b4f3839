#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/hash.h"

namespace outspan::fingerprint {

/// The keyed hash of a folded word. A quick one: in an index it is either hidden (see row_mask) or
/// hashed once more (see name_identity).
inline std::uint64_t word_hash(const SipKey& key, std::string_view folded) noexcept {
  return quick_hash(key, as_bytes(folded));
}
/// What a whole name is in the filter of names. `sum`: of the hashes of its words.
inline std::uint64_t name_identity(const SipKey& key, std::uint64_t sum) noexcept {
  return siphash(key, {reinterpret_cast<const std::uint8_t*>(&sum), sizeof sum});
}

/// What the index keeps of a customer's name, in 56 bits: enough to recognise it beside a value
/// that led to the customer, far too little to look somebody up.
///
/// First and last word are hashed each for itself, so the order does not matter and words between
/// them may be missing. Names written without blanks are recognised by the sum over all symbols.
struct NameTag {
  std::uint32_t first = 0, last = 0;  ///< 17 bits each; 0: there is none
  std::uint32_t whole = 0;            ///< 17 bits; 0: the name is not made of symbols
  std::uint8_t initial = 0;           ///< 5 bits of the first letter of the first word

  [[nodiscard]] bool empty() const noexcept { return first == 0 && whole == 0; }
  [[nodiscard]] std::uint64_t packed() const noexcept {
    return std::uint64_t{first} << 39 | std::uint64_t{last} << 22 | std::uint64_t{whole} << 5 |
           initial;
  }
  static NameTag unpack(std::uint64_t bits) noexcept {
    const auto part = [](std::uint64_t value) {
      return static_cast<std::uint32_t>(value & 0x1ffff);
    };
    return {part(bits >> 39), part(bits >> 22), part(bits >> 5),
            static_cast<std::uint8_t>(bits & 31)};
  }

  /// 17 bits of a word's hash that are never 0.
  static std::uint32_t part(std::uint64_t hash) noexcept {
    const auto bits = static_cast<std::uint32_t>(hash >> 47);
    return bits != 0 ? bits : 1;
  }
  /// 5 bits that stand for the first letter of a folded word.
  static std::uint8_t initial_of(const SipKey& key, std::string_view folded) noexcept;
  /// One letter stands for a name.
  static bool is_initial(std::string_view folded) noexcept {
    return first_letter(folded).size() == folded.size();
  }
  /// First letter of a folded word.
  static std::string_view first_letter(std::string_view folded) noexcept;
};

/// A name of the source, read once at build.
struct Name {
  NameTag tag;
  /// Of the whole name, for the filter that hides names in file names and addresses: the sum of
  /// the words' hashes, so their order does not matter.
  std::uint64_t sum = 0;
  /// The hashes of its first and its last word; 0: it is made of symbols.
  std::uint64_t first = 0, last = 0;

  /// What it is looked up by: first and last word in either order, or all symbols.
  [[nodiscard]] std::uint64_t pair() const noexcept { return first != 0 ? first + last : sum; }
};

/// Titles, suffixes and initials are not what a name is known by.
bool is_title(std::string_view folded) noexcept;
bool is_suffix(std::string_view folded) noexcept;

enum class NameProblem : std::uint8_t { none, one_word, too_long };

/// Titles and suffixes are dropped; "Last, First" is "First Last". A name has two to six words (or
/// symbols), of which the first and the last one that are no initials are kept.
NameProblem read_name(const SipKey& key, std::string_view cell, Name& name);

/// Words a name may have.
inline constexpr std::size_t kNameWordsMax = 6;

}  // namespace outspan::fingerprint
