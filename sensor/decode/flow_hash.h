#pragma once

#include <cstdint>
#include <cstring>

#include "core/address.h"

namespace outspan::decode {

/// Hashes that are the same for both directions.
namespace flow_hash {

/// Two words that nobody outside the process knows.
struct Secret {
  std::uint64_t endpoint = 0;
  std::uint64_t flow = 0;
};

/// Folds the 128-bit product, so that every bit of both factors counts (as wyhash does).
inline std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

inline std::uint64_t of_address(const IpAddress& address) noexcept {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  std::memcpy(&low, address.bytes().data(), sizeof low);
  std::memcpy(&high, address.bytes().data() + 8, sizeof high);
  return fold(low ^ 0xa0761d6478bd642fULL, high ^ 0xe7037ed1a0b428dbULL) + low + high;
}

/// Spreads work over the pipelines, the same way in every run: it is not keyed. Sums are the same
/// in either order; the upper half of the product is the better one.
inline std::uint32_t of_hosts(std::uint64_t one, std::uint64_t other) noexcept {
  return static_cast<std::uint32_t>(
      fold((one + other) ^ 0x1d8e4e27c47d124fULL, 0xeb44accab455d165ULL) >> 32);
}

inline std::uint64_t of_endpoint(const Secret& secret, std::uint64_t address_hash,
                                 std::uint16_t port) noexcept {
  return fold(address_hash ^ secret.endpoint, port * 0x9e3779b97f4a7c15ULL + 0x589965cc75374cc3ULL);
}

/// `ends`: both endpoints' hashes, summed. For tables that a sender could aim at.
inline std::uint32_t of_flow(const Secret& secret, std::uint64_t ends,
                             std::uint8_t protocol) noexcept {
  return static_cast<std::uint32_t>(
      fold(ends ^ secret.flow, protocol * 0x9e3779b97f4a7c15ULL + 0x8bb84b93962eacc9ULL) >> 32);
}

}  // namespace flow_hash
}  // namespace outspan::decode
