#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "text/byte_class.h"

/// What byte_class.h says of 64 bytes, from masks in which bit i stands for byte i: the same for
/// every way of making the masks.
namespace outspan::text {

/// `next`: the byte behind it; 0 at the end.
inline bool is_escape(std::uint8_t byte, std::uint8_t next, EscapeLeads leads) noexcept {
  switch (byte) {
    case '%':
    case '\\':
    case '&': return true;
    case '+': return leads.plus || (next & 0xfc) == 0x40 || (next & 0xf8) == 0x20;
    case ':': return next == ':';
    case '=': return leads.equals;
    default: return false;
  }
}

/// Bits where eight pairs of digits begin, each with another byte behind it.
inline std::uint64_t spaced_pairs(std::uint64_t hex) noexcept {
  std::uint64_t pairs = hex & hex >> 1 & ~(hex >> 2);
  for (const int shift : {3, 6, 12}) {
    pairs &= pairs >> shift;
    if (pairs == 0) break;  // so it is for nearly all text
  }
  return pairs;
}

// Of 64 bytes. In sources and web pages 1 to 5 % of the blocks are so, in other text hardly any.
inline constexpr int kDenseCapitals = 9;
inline constexpr int kDenseSteps = 2;
inline constexpr int kDenseHex = 48;
inline constexpr int kPieceHex = 16;  // in pieces of four and more, with the same between them
inline constexpr int kDenseBits = 48;
inline constexpr int kHexLetters = 6;
inline constexpr int kPieceLetters = 2;

/// Steps from `others` (small letters, digits) to capitals: in words there are none.
inline bool is_mixed(std::uint64_t capitals, std::uint64_t others) noexcept {
  return std::popcount(capitals) >= kDenseCapitals &&
         std::popcount(others & capitals >> 1) >= kDenseSteps;
}

/// Where four in a row begin, with another byte before them: in most text there are none.
inline std::uint64_t piece_begins(std::uint64_t hex) noexcept {
  const std::uint64_t two = hex & hex >> 1;
  return two & two >> 2 & ~(hex << 1);
}

/// Pieces of four and more come again after so many bytes as the second one after the first.
inline bool is_in_pieces(std::uint64_t hex) noexcept {
  const std::uint64_t first = piece_begins(hex);
  const std::uint64_t others = first & (first - 1);
  if (others == 0) return false;
  const int period = std::countr_zero(others) - std::countr_zero(first);
  return ((hex ^ hex >> period) & ~std::uint64_t{0} >> period) == 0;
}

/// `hex` includes the digits.
inline bool is_hex_text(std::uint64_t hex, std::uint64_t digits) noexcept {
  const int size = std::popcount(hex);
  const int letters = std::popcount(hex & ~digits);
  if (size >= kDenseHex && letters >= kHexLetters) return true;
  return size >= kPieceHex && letters >= kPieceLetters && is_in_pieces(hex);
}

/// Nothing but `0` and `1` among the digits.
inline bool is_bit_text(std::uint64_t hex, std::uint64_t bits) noexcept {
  return std::popcount(hex) >= kDenseBits && hex == bits;
}

/// Bit i stands for byte i of at most 64; bits behind the end are 0.
inline std::uint64_t base64_mask64(Bytes bytes) noexcept {
  std::uint64_t mask = 0;
  for (std::size_t bit = 0; bit < bytes.size(); ++bit)
    mask |= static_cast<std::uint64_t>(is_base64_char(bytes[bit])) << bit;
  return mask;
}

/// Takes masks of 64 bytes one after the other and looks for a run of set bits in them.
class RunFinder {
 public:
  explicit RunFinder(std::size_t length) noexcept : length_(length) {}

  /// The mask of the bytes from `at` on. True: found() is the beginning of a run.
  bool add(std::uint64_t mask, std::size_t at) noexcept {
    const auto head = static_cast<std::size_t>(std::countr_one(mask));
    if (running_ + head >= length_) {
      found_ = at - running_;
      return true;
    }
    std::uint64_t inside = mask & mask >> 1;
    inside &= inside >> 2;
    inside &= inside >> 4;  // eight in a row
    inside &= inside >> (std::min<std::size_t>(length_, 16) - 8);
    inside &= inside >> (std::max<std::size_t>(length_, 16) - 16);
    if (inside != 0) {
      found_ = at + static_cast<std::size_t>(std::countr_zero(inside));
      return true;
    }
    // A word of nothing but ones would have been found above.
    running_ = static_cast<std::size_t>(std::countl_one(mask));
    return false;
  }
  [[nodiscard]] std::size_t found() const noexcept { return found_; }

  /// The rest, up to 64 bytes from `at` to `end`, with its mask, and with it the run at the end.
  std::size_t finish(std::size_t end, std::size_t at, std::uint64_t mask) noexcept {
    const std::size_t rest = end - at;
    if (rest == 0) return end - running_;
    const std::size_t before = running_;
    if (add(mask, at)) return found_;
    const auto at_end = static_cast<std::size_t>(std::countl_one(mask << (64 - rest)));
    return end - at_end - (at_end == rest ? before : 0);
  }

 private:
  std::size_t length_;
  std::size_t running_ = 0;  // set bits up to here
  std::size_t found_ = 0;
};

}  // namespace outspan::text
