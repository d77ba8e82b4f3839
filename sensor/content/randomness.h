#pragma once

#include <array>
#include <cstdint>

#include "core/bytes.h"

namespace outspan::content {

/// Whether bytes are spread as random ones are: encrypted, or compressed in an unknown way.
///
/// Measured over the first 64 KiB, from 1 KiB on: Shannon's entropy with the correction of Miller
/// and Madow for small samples. Of 1 KiB random bytes it is 7.98 with a deviation of 0.016, so that
/// one in a million blobs is missed, and fewer of longer ones. Deflate and xz without their heads,
/// and JPEG data, are above the limit as well, from 1 KiB on nearly always. Base64 has 6.0,
/// programs 4 to 6.6, text 4.5 to 5.2, tables of random numbers 7.3 to 7.5.
class Randomness {
 public:
  static constexpr std::uint32_t kMinBytes = 1024;
  static constexpr std::uint32_t kMaxBytes = 65536;
  static constexpr double kMinEntropyBits = 7.9;

  void add(Bytes bytes) noexcept;
  [[nodiscard]] bool looks_random() const noexcept;

 private:
  std::array<std::uint32_t, 256> counts_{};
  std::uint32_t total_ = 0;
};

}  // namespace outspan::content
