#pragma once

#include <cstdint>

#include "core/bytes.h"
#include "core/prefetch.h"

namespace outspan::fingerprint {

/// A split-block Bloom filter (Putze, Sanders, Singler 2007): one cache line a question, 16 bits a
/// value, about one wrong yes in 800.
class Filter {
 public:
  static constexpr std::size_t kBlockBytes = 32;

  Filter() = default;
  /// `blocks`: whole blocks, aligned to four bytes; outlives the filter.
  explicit Filter(Bytes blocks) noexcept
      : words_(reinterpret_cast<const std::uint32_t*>(blocks.data())),
        blocks_(blocks.size() / kBlockBytes) {}

  static std::uint64_t blocks_for(std::uint64_t values) noexcept {
    return (values * 16 + kBlockBytes * 8 - 1) / (kBlockBytes * 8);
  }
  /// Sets the bits of a value in `words`, eight a block.
  static void insert(std::uint32_t* words, std::uint64_t blocks, std::uint64_t hash) noexcept {
    std::uint32_t* block = words + block_of(hash, blocks) * 8;
    for (unsigned i = 0; i < 8; ++i) block[i] |= bit(hash, i);
  }

  [[nodiscard]] bool empty() const noexcept { return blocks_ == 0; }
  void prefetch(std::uint64_t hash) const noexcept {
    outspan::prefetch(words_ + block_of(hash, blocks_) * 8);
  }
  /// False is certain. The filter is not empty.
  [[nodiscard]] bool may_contain(std::uint64_t hash) const noexcept {
    const std::uint32_t* block = words_ + block_of(hash, blocks_) * 8;
    for (unsigned i = 0; i < 8; ++i)
      if ((block[i] & bit(hash, i)) == 0) return false;
    return true;
  }

 private:
  /// Of the upper half, so that sorted hashes fill one block after the other.
  static std::uint64_t block_of(std::uint64_t hash, std::uint64_t blocks) noexcept {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>(static_cast<Wide>(hash) * blocks >> 64);
  }
  static std::uint32_t bit(std::uint64_t hash, unsigned word) noexcept {
    return 1u << (hash >> (5 * word) & 31);
  }

  const std::uint32_t* words_ = nullptr;
  std::uint64_t blocks_ = 0;
};

}  // namespace outspan::fingerprint
