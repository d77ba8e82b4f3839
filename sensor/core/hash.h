#pragma once

#include <array>
#include <compare>
#include <cstdint>

#include "core/bytes.h"

namespace outspan {

/// SipHash-2-4 (Aumasson, Bernstein 2012), 64 bits. For tables an attacker can feed and for the
/// identity of values that we may not keep in clear.
struct SipKey {
  std::uint64_t k0 = 0;
  std::uint64_t k1 = 0;
};
std::uint64_t siphash(const SipKey& key, Bytes bytes) noexcept;
/// From the system's random numbers. Throws what std::random_device throws.
SipKey random_sip_key();

/// The variant with 128 bits of the same authors.
struct SipHash128 {
  std::uint64_t low = 0, high = 0;
  auto operator<=>(const SipHash128&) const noexcept = default;
};
SipHash128 siphash128(const SipKey& key, Bytes bytes) noexcept;

/// A fast hash for tables of things that nobody outside can choose, or that are only compared
/// within a run: multiplies 8 bytes at a time, like wyhash.
std::uint64_t quick_hash(Bytes bytes) noexcept;
/// The same with a key that nobody outside knows: other tables collide than those of other keys.
/// Not for what leaves the process: who sees outputs can find the key.
std::uint64_t quick_hash(const SipKey& key, Bytes bytes) noexcept;

/// Finalizer of SplitMix64: spreads an integer over 64 bits.
constexpr std::uint64_t mix64(std::uint64_t x) noexcept {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9ULL;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebULL;
  x ^= x >> 31;
  return x;
}

/// The same for tables of ids that a sender can choose, for which the mixer alone is no secret: it
/// differs from one process to the next. Throws once what random_sip_key() throws.
inline std::uint64_t mix64_keyed(std::uint64_t id) {
  static const std::uint64_t key = random_sip_key().k0;
  return mix64(id ^ key);
}

}  // namespace outspan
