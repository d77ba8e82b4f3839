#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "marks/spread.h"

namespace outspan::marks {
namespace {

Spread spread_of(std::string_view text) {
  Spread spread;
  spread.add(as_bytes(text));
  return spread;
}

std::string random_bytes(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

std::string repeated(std::string_view text, std::size_t size) {
  std::string out;
  while (out.size() < size) out += text;
  return out.substr(0, size);
}

TEST(Spread, RandomBytesOfAnySizeAreAtTheirExpectation) {
  for (const std::size_t size : {256U, 1024U, 16384U, 65535U}) {
    double sum = 0;
    for (unsigned seed = 1; seed <= 200; ++seed)
      sum += spread_of(random_bytes(size, seed)).chi_square();
    EXPECT_NEAR(sum / 200, 255, 6) << size;
  }
}

TEST(Spread, PairsOfRandomBytesAreAtTheirExpectation) {
  for (const std::size_t size : {256U, 1024U, 4096U, 16384U}) {
    double sum = 0;
    for (unsigned seed = 1; seed <= 200; ++seed)
      sum += spread_of(random_bytes(size, seed)).pair_chi_square();
    EXPECT_GT(sum / 200, 30) << size;
    EXPECT_LT(sum / 200, 99) << size;
  }
}

TEST(Spread, PiecesDoNotMatter) {
  const std::string bytes = random_bytes(9000, 1);
  Spread pieces;
  for (std::size_t at = 0; at < bytes.size(); at += 7)
    pieces.add(as_bytes(bytes).subspan(at, std::min<std::size_t>(7, bytes.size() - at)));
  EXPECT_EQ(pieces.chi_square(), spread_of(bytes).chi_square());
  EXPECT_EQ(pieces.pair_chi_square(), spread_of(bytes).pair_chi_square());
}

/// Each byte of random ones once, in an order that no compressor leaves: values alone do not show
/// it.
TEST(Spread, AnOrderOfBytesIsNotOpaque) {
  std::string bytes = random_bytes(1024, 1);
  ASSERT_TRUE(spread_of(bytes).is_opaque());
  std::sort(bytes.begin(), bytes.end());
  EXPECT_FALSE(spread_of(bytes).is_opaque());
}

TEST(Spread, EachValueOnceIsNoDistance) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
  EXPECT_NEAR(spread_of(repeated(all, 4096)).chi_square(), 0, 1e-9);
  EXPECT_EQ(Spread().chi_square(), 0);
}

TEST(Spread, RandomBytesAreNeverRefusedOnAStream) {
  for (unsigned seed = 1; seed <= 2000; ++seed) {
    const std::string bytes = random_bytes(16384, seed);
    ASSERT_TRUE(spread_of(bytes).is_uniform()) << seed;
    ASSERT_TRUE(spread_of(bytes.substr(0, 256)).may_be_uniform()) << seed;
    for (const std::size_t size : {256U, 300U, 1024U, 1536U, 4096U, 16384U})
      ASSERT_TRUE(spread_of(bytes.substr(0, size)).is_opaque()) << seed << ' ' << size;
  }
}

struct Readable {
  const char* name;
  std::string_view piece;
};
class ReadableBytes : public testing::TestWithParam<Readable> {};
TEST_P(ReadableBytes, AreNeitherUniformNorOpaque) {
  for (const std::size_t size : {256U, 1024U, 16384U, 65535U, 100000U}) {
    const Spread spread = spread_of(repeated(GetParam().piece, size));
    EXPECT_FALSE(spread.is_uniform()) << size;
    EXPECT_FALSE(spread.may_be_uniform()) << size;
    EXPECT_FALSE(spread.is_opaque()) << size;
  }
}
const Readable kReadable[] = {
    {"english", "Please send the list of all customers to the branch office in Leeds.\n"},
    {"cyrillic", "Отправьте список клиентов в филиал до пятницы, пожалуйста.\n"},
    {"base64", "QWxpY2UgRXhhbXBsZTthbGljZUBleGFtcGxlLmNvbTswNzcwMCA5MDAxMjM7TVQtMTAwMzI1Cg"},
    {"hex", "00112233445566778899aabbccddeeff0123456789abcdef"},
    {"table", "1003;Alice Example;alice@example.com;+44 7700 900123;MT-100325;2026-01-05\r\n"},
};
INSTANTIATE_TEST_SUITE_P(Kinds, ReadableBytes, testing::ValuesIn(kReadable),
                         [](const auto& test) { return test.param.name; });

TEST(Spread, TooFewBytesAreNotCalledOpaque) {
  EXPECT_FALSE(spread_of(random_bytes(Spread::kMinOpaqueBytes - 1, 1)).is_opaque());
}

}  // namespace
}  // namespace outspan::marks
