#include "core/hash.h"

#include <bit>
#include <cstring>
#include <random>

namespace outspan {
namespace {

struct State {
  std::uint64_t v0, v1, v2, v3;

  void round() noexcept {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }
  void absorb(std::uint64_t word) noexcept {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
  void absorb_all(Bytes bytes) noexcept {
    const std::size_t whole = bytes.size() & ~std::size_t{7};
    for (std::size_t at = 0; at < whole; at += 8) {
      std::uint64_t word;
      std::memcpy(&word, bytes.data() + at, 8);
      absorb(word);
    }
    std::uint64_t last = static_cast<std::uint64_t>(bytes.size()) << 56;
    if (whole != bytes.size()) std::memcpy(&last, bytes.data() + whole, bytes.size() - whole);
    absorb(last);
  }
  std::uint64_t finish() noexcept {
    for (int i = 0; i < 4; ++i) round();
    return v0 ^ v1 ^ v2 ^ v3;
  }
};

State begin(const SipKey& key) noexcept {
  return {key.k0 ^ 0x736f6d6570736575ULL, key.k1 ^ 0x646f72616e646f6dULL,
          key.k0 ^ 0x6c7967656e657261ULL, key.k1 ^ 0x7465646279746573ULL};
}

}  // namespace

std::uint64_t quick_hash(Bytes bytes) noexcept {
  return quick_hash({0xe7037ed1a0b428dbULL, 0x8ebc6af09c88c6e3ULL}, bytes);
}

std::uint64_t quick_hash(const SipKey& key, Bytes bytes) noexcept {
  __extension__ using Wide = unsigned __int128;
  const auto fold = [](std::uint64_t a, std::uint64_t b) noexcept {
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  };
  std::uint64_t hash = 0x9e3779b97f4a7c15ULL ^ bytes.size();
  while (bytes.size() > 8) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data(), 8);
    hash = fold(hash ^ word, key.k0);
    bytes = bytes.subspan(8);
  }
  std::uint64_t last = 0;
  if (!bytes.empty()) std::memcpy(&last, bytes.data(), bytes.size());
  return fold(hash ^ last, key.k1) ^ hash;
}

std::uint64_t siphash(const SipKey& key, Bytes bytes) noexcept {
  State state = begin(key);
  state.absorb_all(bytes);
  state.v2 ^= 0xff;
  return state.finish();
}

SipKey random_sip_key() {
  std::random_device random;
  const auto word = [&random] { return std::uint64_t{random()} << 32 | random(); };
  return {word(), word()};
}

SipHash128 siphash128(const SipKey& key, Bytes bytes) noexcept {
  State state = begin(key);
  state.v1 ^= 0xee;
  state.absorb_all(bytes);
  state.v2 ^= 0xee;
  SipHash128 hash;
  hash.low = state.finish();
  state.v1 ^= 0xdd;
  hash.high = state.finish();
  return hash;
}

}  // namespace outspan
