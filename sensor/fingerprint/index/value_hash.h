#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

#include "core/hash.h"

namespace outspan::fingerprint {

/// What the index knows of a value: 96 bits of its SipHash-2-4-128 under the key of its kind.
struct ValueHash {
  std::uint64_t high = 0;  ///< its upper bits choose the line of the table
  std::uint32_t low = 0;

  auto operator<=>(const ValueHash&) const noexcept = default;
  /// The part that is kept in a record, besides the line that it stands in.
  [[nodiscard]] std::uint64_t remainder() const noexcept { return (high & 0xffff) << 32 | low; }
};

inline ValueHash value_hash(const SipKey& key, std::string_view canonical) noexcept {
  const SipHash128 hash = siphash128(key, as_bytes(canonical));
  return {hash.low, static_cast<std::uint32_t>(hash.high)};
}

}  // namespace outspan::fingerprint
