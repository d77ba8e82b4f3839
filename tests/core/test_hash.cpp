#include "core/hash.h"

#include <set>

namespace outspan {
namespace {

// The test vectors of the reference implementation: key 00..0f, input 00, 01, 02...
TEST(SipHash, ReferenceVectors) {
  const SipKey key{0x0706050403020100u, 0x0f0e0d0c0b0a0908u};
  const std::uint64_t expected[] = {
      0x726fdb47dd0e0e31u, 0x74f839c593dc67fdu, 0x0d6c8009d9a94f5au, 0x85676696d7fb7e2du,
      0xcf2794e0277187b7u, 0x18765564cd99a68du, 0xcbc9466e58fee3ceu, 0xab0200f58b01d137u,
      0x93f5f5799a932462u, 0x9e0082df0ba9e4b0u, 0x7a5dbbc594ddb9f3u, 0xf4b32f46226bada7u,
      0x751e8fbc860ee5fbu, 0x14ea5627c0843d90u, 0xf723ca908e7af2eeu, 0xa129ca6149be45e5u};
  std::vector<std::uint8_t> input;
  for (const std::uint64_t hash : expected) {
    EXPECT_EQ(siphash(key, input), hash) << input.size() << " bytes";
    input.push_back(static_cast<std::uint8_t>(input.size()));
  }
}

// Of the reference implementation's vectors (the same key and input), checked with another library.
TEST(SipHash128, ReferenceVectors) {
  const SipKey key{0x0706050403020100u, 0x0f0e0d0c0b0a0908u};
  const std::pair<std::uint8_t, SipHash128> expected[] = {
      {0, {0xe6a825ba047f81a3u, 0x930255c71472f66du}},
      {1, {0x44af996bd8c187dau, 0x45fc229b11597634u}},
      {7, {0x53c1dbd8beebf1a1u, 0x3982f01fa64ab8c0u}},
      {8, {0x61f55862baa9623bu, 0xb49714f364e2830fu}},
      {9, {0xabbad90a06994426u, 0xed716dbb028b7fc4u}},
      {15, {0x11a8b03399e99354u, 0xd9c3cf970fec087eu}},
      {16, {0xbb54b067caa4e26eu, 0x77052385bf1533fdu}},
      {20, {0x7390223f83fc259eu, 0xeb3938e8a544933eu}},
  };
  for (const auto& [size, hash] : expected) {
    std::vector<std::uint8_t> input;
    for (std::uint8_t i = 0; i < size; ++i) input.push_back(i);
    EXPECT_EQ(siphash128(key, input), hash) << int{size} << " bytes";
  }
}

TEST(Mix64, IsAPermutationOfWhatWeTry) {
  std::set<std::uint64_t> seen;
  for (std::uint64_t i = 0; i < 10'000; ++i) seen.insert(mix64(i));
  EXPECT_EQ(seen.size(), 10'000u);
}

}  // namespace
}  // namespace outspan
