#pragma once

#include <bit>
#include <cstdint>
#include <string_view>
#include <vector>

#include "text/text_masks.h"

namespace outspan::detect {

/// Finds where numbers may stand. Digit-led values are taken from here and not from the Hyperscan
/// database: every digit-class pattern is an automaton of 1.2 GB/s there and drags the whole set
/// down with it.
///
/// Thread: one object a thread. Memory: 24 bytes for each 64 bytes of the longest text, and 4 for
/// each position found.
class NumberAnchors {
 public:
  /// `masks`: of the text; borrowed until the next call. `letter_shapes`: also look for a letter,
  /// three or four digits and a letter.
  void find(const text::TextMasks& masks, bool letter_shapes);

  /// First bytes of stretches of six and more bytes of digits, bridged by up to three separators.
  [[nodiscard]] const std::vector<std::uint32_t>& groups() const noexcept { return groups_; }
  /// What is bridged from a position on, up to 64 bytes.
  struct Stretch {
    std::uint64_t digits;  ///< bit i: the byte at i is one
    std::uint32_t size;    ///< 64: or more
  };
  [[nodiscard]] Stretch stretch(std::uint32_t begin) const noexcept {
    const std::size_t block = begin / 64, bit = begin % 64;
    const auto from = [bit](std::uint64_t here, std::uint64_t next) {
      return here >> bit | (next << 1) << (63 - bit);
    };
    const std::uint64_t* bridged = bridged_.data() + 1;
    const auto size =
        static_cast<std::uint32_t>(std::countr_one(from(bridged[block], bridged[block + 1])));
    const std::uint64_t digits = from(digits_[block], digits_[block + 1]);
    return {size < 64 ? digits & ((std::uint64_t{1} << size) - 1) : digits, size};
  }
  /// Positions of the first letter of such a shape.
  [[nodiscard]] const std::vector<std::uint32_t>& shapes() const noexcept { return shapes_; }

 private:
  text::MaskWords digits_ = nullptr;
  std::vector<std::uint64_t> bridged_;  // digits and the separators between them; as MaskWords
  std::vector<std::uint64_t> found_;
  std::vector<std::uint32_t> groups_;
  std::vector<std::uint32_t> shapes_;
};

/// The loops over the words of masks, one after the other: `words` of them, and those before and
/// after can be read. Compiled for each kind of processor.
struct AnchorLoops {
  /// Digits and the separators between them.
  void (*bridge)(text::MaskWords digits, text::MaskWords separators, std::uint64_t* bridged,
                 std::ptrdiff_t words) noexcept;
  /// Where stretches of six and more begin.
  void (*groups)(text::MaskWords bridged, std::uint64_t* begins, std::ptrdiff_t words) noexcept;
  /// Letters of shapes.
  void (*shapes)(text::MaskWords digits, text::MaskWords letters, std::uint64_t* begins,
                 std::ptrdiff_t words) noexcept;
};
extern const AnchorLoops kPlainLoops;
#if defined(__x86_64__)
extern const AnchorLoops kAvx2Loops;
#endif

}  // namespace outspan::detect
