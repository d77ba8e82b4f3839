#pragma once

#include <array>
#include <cstdint>

#include "core/bytes.h"
#include "marks/spread.h"

namespace outspan::marks {

/// How many of the bytes of a file are compressed or encrypted: measured in blocks, so that what is
/// appended to something readable, or stands inside it, is not lost in it. Depends on the bytes
/// only, not on how they were cut. Memory: a block.
class OpaqueBlocks {
 public:
  static constexpr std::uint32_t kBlockBytes = Spread::kPairBytes;

  void add(Bytes bytes) noexcept;
  /// The file ends: bytes in opaque blocks. A last one that is small is what the one before it is.
  std::uint64_t end() noexcept;

 private:
  static constexpr std::uint32_t kMinLastBytes = 1024;
  void end_block(Bytes block) noexcept;

  std::array<std::uint8_t, kBlockBytes> held_;
  std::size_t held_size_ = 0;
  std::uint64_t opaque_ = 0;
  bool last_opaque_ = false;
  bool first_ = true;
};

}  // namespace outspan::marks
