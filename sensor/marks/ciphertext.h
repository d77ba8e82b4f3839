#pragma once

#include <algorithm>
#include <cstddef>

#include "core/bytes.h"

namespace outspan::marks {

/// Bytes with their top bit set: about half of ciphertext, hardly any of text.
inline std::size_t high_bytes(Bytes bytes) noexcept {
  std::size_t high = 0;
  for (const std::uint8_t byte : bytes) high += byte >> 7;
  return high;
}

/// Whether bytes may be ciphertext. Framing alone proves nothing about what a sender puts in the
/// frames. Looks at 256 bytes at most; below 16 bytes the answer is yes. A wrong no on real
/// ciphertext: 1 in 30,000 for 64 bytes (4 sigma) and for 24, never in practice for 256 (8 sigma).
inline bool may_be_ciphertext(Bytes bytes) noexcept {
  const std::size_t sample = std::min<std::size_t>(bytes.size(), 256);
  if (sample < 16) return true;
  return high_bytes(bytes.first(sample)) >= sample / (sample < 64 ? 8 : 4);
}

/// The same for frames of any size that come in pieces: judges every 256 bytes sampled.
class CiphertextSample {
 public:
  /// The next frame may be sampled with up to 256 bytes.
  void next_frame() noexcept { frame_left_ = kSampleBytes; }
  /// False: these and the bytes before them are no ciphertext.
  bool feed(Bytes bytes) noexcept {
    const std::size_t take = std::min({frame_left_, kSampleBytes - sampled_, bytes.size()});
    frame_left_ -= take;
    high_ += high_bytes(bytes.first(take));
    sampled_ += take;
    if (sampled_ < kSampleBytes) return true;
    const bool random = high_ >= kSampleBytes / 4;
    sampled_ = 0;
    high_ = 0;
    return random;
  }

 private:
  static constexpr std::size_t kSampleBytes = 256;
  std::size_t frame_left_ = 0;
  std::size_t sampled_ = 0;
  std::size_t high_ = 0;
};

}  // namespace outspan::marks
