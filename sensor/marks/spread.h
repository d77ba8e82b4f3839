#pragma once

#include <array>
#include <cstdint>

#include "core/bytes.h"

namespace outspan::marks {

/// How the values of bytes are spread, against how random ones are: Pearson's chi-square over the
/// 256 values. It is 255 for random bytes of any number, with a deviation of 22.6; anything else
/// is further away the more of it there is.
/// Memory: 512 bytes.
class Spread {
 public:
  /// More than that is not counted.
  static constexpr std::uint32_t kMaxBytes = 65535;

  void add(Bytes bytes) noexcept;
  void clear() noexcept { *this = {}; }
  [[nodiscard]] std::uint32_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] double chi_square() const noexcept;

  /// Encrypted: nothing tells the bytes from random ones. 1 in 60,000 random samples of 16 KiB is
  /// refused; 16 KiB of deflate or JPEG give several hundred to thousands and are refused.
  [[nodiscard]] bool is_uniform() const noexcept;

  /// For samples of a few hundred bytes of what was uniform so far: 256 bytes of text in any
  /// language give thousands. Random bytes are 15 deviations below.
  [[nodiscard]] bool may_be_uniform() const noexcept;

  /// Encrypted, or compressed in an unknown way: nearly uniform, as 7.9 bits a byte are. From
  /// kMinOpaqueBytes on. Measured: xz, zstd and deflate without their heads nearly always (in 1 KiB
  /// of a packed program 80 % of the time, in 64 KiB each time), lz4 never (7.1 bits). JPEG without
  /// its head may be either: 7.95 to 7.97 with Huffman tables of its own, 7.5 to 7.9 with those of
  /// the standard. Base64 has 6.0, programs 4 to 6.6, text 4.5 to 5.2, tables of random numbers
  /// 7.3 to 7.5.
  [[nodiscard]] bool is_opaque() const noexcept;
  static constexpr std::uint32_t kMinOpaqueBytes = 1024;

 private:
  std::array<std::uint16_t, 256> counts_{};
  std::uint32_t bytes_ = 0;
};

}  // namespace outspan::marks
