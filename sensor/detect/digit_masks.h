#pragma once

#include <bit>
#include <cstdint>
#include <string_view>
#include <vector>

namespace outspan::detect {

/// What 64 bytes of text are: one bit a byte.
struct ByteMasks {
  std::uint64_t digits;
  std::uint64_t separators;  ///< blank - . / ( ) and the two bytes of a no-break space
  std::uint64_t letters;     ///< ASCII
};

/// Fills `out` with one entry for each 64 bytes (the last one padded with zero bits).
using ByteMasksFunction = void (*)(std::string_view text, ByteMasks* out) noexcept;
void byte_masks_scalar(std::string_view text, ByteMasks* out) noexcept;
#if defined(__x86_64__)
void byte_masks_avx2(std::string_view text, ByteMasks* out) noexcept;
#endif
/// The fastest one for this processor.
ByteMasksFunction byte_masks() noexcept;

/// Finds where numbers may stand. Digit-led values are taken from here and not from the Hyperscan
/// database: every digit-class pattern is an automaton of 1.2 GB/s there and drags the whole set
/// down with it.
///
/// Thread: one object a thread. Memory: 40 bytes for each 64 bytes of the longest text, and 4 for
/// each position found.
class NumberAnchors {
 public:
  explicit NumberAnchors(ByteMasksFunction masks = byte_masks()) noexcept : byte_masks_(masks) {}

  /// `letter_shapes`: also look for a letter, three or four digits and a letter.
  void find(std::string_view text, bool letter_shapes);

  /// First bytes of stretches of six and more bytes of digits, bridged by up to three separators.
  [[nodiscard]] const std::vector<std::uint32_t>& groups() const noexcept { return groups_; }
  /// What is bridged from a position on, up to 64 bytes.
  struct Stretch {
    std::uint64_t digits;  ///< bit i: the byte at i is one
    std::uint32_t size;    ///< 64: or more
  };
  [[nodiscard]] Stretch stretch(std::uint32_t begin) const noexcept {
    const std::size_t block = begin / 64 + 1, bit = begin % 64;
    const auto from = [bit](std::uint64_t here, std::uint64_t next) {
      return here >> bit | (next << 1) << (63 - bit);
    };
    const auto size =
        static_cast<std::uint32_t>(std::countr_one(from(bridged_[block], bridged_[block + 1])));
    const std::uint64_t digits = from(masks_[block].digits, masks_[block + 1].digits);
    return {size < 64 ? digits & ((std::uint64_t{1} << size) - 1) : digits, size};
  }
  /// Positions of the first letter of such a shape.
  [[nodiscard]] const std::vector<std::uint32_t>& shapes() const noexcept { return shapes_; }

 private:
  void bridge(std::size_t blocks) noexcept;
  void collect_groups(std::size_t blocks);
  void collect_shapes(std::size_t blocks);

  ByteMasksFunction byte_masks_;
  std::vector<ByteMasks> masks_;        // one empty block before and after the text
  std::vector<std::uint64_t> bridged_;  // digits and the separators between them
  std::vector<std::uint32_t> groups_;
  std::vector<std::uint32_t> shapes_;
};

}  // namespace outspan::detect
