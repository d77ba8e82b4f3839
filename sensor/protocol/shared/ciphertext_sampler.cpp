#include "protocol/shared/ciphertext_sampler.h"

#include <algorithm>

#include "core/hash.h"
#include "marks/ciphertext.h"

namespace outspan::protocol {

std::uint64_t unforeseeable(std::uint64_t number, std::uint64_t range) noexcept {
  static const SipKey key = random_sip_key();
  return (mix64(number * 0x9e3779b97f4a7c15ULL ^ key.k0) ^ key.k1) % range;
}

void CiphertextSampler::begin(std::uint64_t record_bytes) noexcept {
  const std::uint64_t size = std::min(record_bytes, kWindowBytes);
  at_ = 0;
  window_begin_ = unforeseeable(++count_, record_bytes - size + 1);
  window_end_ = window_begin_ + size;
}

bool CiphertextSampler::feed(Bytes bytes) noexcept {
  const std::uint64_t end = at_ + bytes.size();
  const std::uint64_t from = std::max(at_, window_begin_);
  const std::uint64_t to = std::min(end, window_end_);
  const std::uint64_t begin = at_;
  at_ = end;
  if (from >= to) return true;
  Bytes sample =
      bytes.subspan(static_cast<std::size_t>(from - begin), static_cast<std::size_t>(to - from));
  sample = sample.first(std::min<std::size_t>(sample.size(), kWindowBytes - sampled_));
  sampled_ += static_cast<std::uint32_t>(sample.size());
  high_ += static_cast<std::uint32_t>(marks::high_bytes(sample));
  if (sampled_ < kJudgedBytesMin) return true;
  const bool whole = sampled_ == kWindowBytes;
  const std::uint32_t fewest = sampled_ / (whole ? 4 : 8);
  const bool random = high_ >= fewest && sampled_ - high_ >= fewest;
  if (whole) sampled_ = high_ = 0;
  return random;
}

}  // namespace outspan::protocol
