#include "core/bytes.h"

namespace outspan {
namespace {

const std::uint8_t kBytes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

TEST(ByteCursor, ReadsBothOrders) {
  ByteCursor big(kBytes);
  EXPECT_EQ(big.u8(), 1u);
  EXPECT_EQ(big.u16(), 0x0203u);
  EXPECT_EQ(big.u24(), 0x040506u);
  EXPECT_EQ(big.u32(), 0x0708090au);
  EXPECT_TRUE(big.ok());
  EXPECT_EQ(ByteCursor(kBytes).u64(), 0x0102030405060708u);
  ByteCursor little(kBytes);
  EXPECT_EQ(little.u16_le(), 0x0201u);
  EXPECT_EQ(little.u32_le(), 0x06050403u);
}

TEST(ByteCursor, AReadThatDoesNotFitFailsItForGood) {
  ByteCursor in(Bytes(kBytes).first(3));
  EXPECT_EQ(in.u32(), 0u);
  EXPECT_FALSE(in.ok());
  EXPECT_EQ(in.u8(), 0u) << "also what would have fitted";
  EXPECT_TRUE(in.take(1).empty());
  EXPECT_EQ(in.left(), 0u);
  EXPECT_FALSE(in.ok());
}

TEST(ByteCursor, NeverReadsPastAnyEnd) {
  for (std::size_t size = 0; size <= sizeof kBytes; ++size) {
    ByteCursor in(Bytes(kBytes).first(size));
    in.u8();
    in.u16();
    in.skip(4);
    const std::uint64_t last = in.u64();
    EXPECT_EQ(in.ok(), size == sizeof kBytes) << size;
    EXPECT_EQ(last, in.ok() ? 0x08090a0b0c0d0e0fu : 0u) << size;
  }
}

TEST(ByteCursor, ReadsTextUpToAZeroByte) {
  ByteCursor in(as_bytes({"ab\0\0cd", 6}));
  EXPECT_EQ(in.c_string(), "ab");
  EXPECT_EQ(in.c_string(), "");
  EXPECT_TRUE(in.ok());
  EXPECT_EQ(in.c_string(), "") << "without its zero byte it is none";
  EXPECT_FALSE(in.ok());
  EXPECT_EQ(in.left(), 0u);
  EXPECT_EQ(ByteCursor(Bytes{}).c_string(), "");
}

TEST(ByteCursor, TakingNothingAtTheEndIsFine) {
  ByteCursor in(Bytes{});
  EXPECT_TRUE(in.take(0).empty());
  EXPECT_TRUE(in.ok());
}

}  // namespace
}  // namespace outspan
