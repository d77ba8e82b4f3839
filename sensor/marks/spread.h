#pragma once

#include <array>
#include <cstdint>

#include "core/bytes.h"

namespace outspan::marks {

/// How the values of bytes are spread, against how random ones are: Pearson's chi-square over the
/// 256 values, and over the pairs of neighbours by ten classes of bytes. It is 255 (99 for pairs)
/// for random bytes of any number, with a deviation of 22.6 (14); anything else is further away the
/// more of it there is. Memory: 712 bytes.
class Spread {
 public:
  /// More than that is not counted.
  static constexpr std::uint32_t kMaxBytes = 65535;
  /// Pairs are counted among the first ones only: more bytes are told apart by their values.
  static constexpr std::uint32_t kPairBytes = 4096;

  void add(Bytes bytes) noexcept;
  /// The same, once, of all there is: without the pairs, where there are enough bytes to do
  /// without.
  void add_whole(Bytes bytes) noexcept;
  void clear() noexcept { *this = {}; }
  [[nodiscard]] std::uint32_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] double chi_square() const noexcept;
  /// Of pairs; 0 without any.
  [[nodiscard]] double pair_chi_square() const noexcept;

  /// Encrypted: nothing distinguishes the bytes from random ones. 1 in 60,000 random samples of 16
  /// KiB is refused; 16 KiB of deflate or JPEG give several hundred to thousands and are refused.
  [[nodiscard]] bool is_uniform() const noexcept;

  /// For samples of a few hundred bytes of what was uniform so far: 256 bytes of text in any
  /// language give thousands. Random bytes are 15 deviations below.
  [[nodiscard]] bool may_be_uniform() const noexcept;

  /// Encrypted, or compressed by a coder of entropy: deflate, brotli, zstd, xz, bzip2 and kin, with
  /// or without their heads. From kMinOpaqueBytes on. docs/formats.md has what it was measured on.
  /// What lz4, Snappy and LZO leave is text in pieces, and not called so.
  [[nodiscard]] bool is_opaque() const noexcept;
  static constexpr std::uint32_t kMinOpaqueBytes = 256;

  /// The same of what digits of base64 stand for, where most that is read is no base64 at all:
  /// words, base32 and identifiers give up to 7.3 bits a byte. Nearly uniform, as 7.9 bits are, and
  /// more than keys, tokens and signatures have, of which ordinary traffic is full.
  [[nodiscard]] bool is_opaque_code() const noexcept;
  static constexpr std::uint32_t kMinCodeBytes = 1024;

 private:
  static constexpr std::size_t kClasses = 10;

  void count(Bytes bytes) noexcept;
  void add_pairs(Bytes bytes) noexcept;

  std::array<std::uint16_t, 256> counts_{};
  std::array<std::uint16_t, kClasses * kClasses> pairs_{};
  std::uint32_t bytes_ = 0;
  std::uint8_t last_class_ = 0;
};

}  // namespace outspan::marks
