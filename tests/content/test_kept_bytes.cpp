#include "content/chain/kept_bytes.h"

#include <gtest/gtest.h>

#include <string>

namespace outspan::content {
namespace {

std::string text_of(KeptBytes& kept) {
  std::string text;
  for (; kept.size() > 0; kept.drop_first_piece()) text += as_text(kept.first_piece());
  return text;
}

TEST(KeptBytes, ComeBackInOrderHoweverTheyCame) {
  for (const std::size_t piece : {1, 7, 1024, 1025, 70'000}) {
    Budget budget(1 << 20);
    BufferPool pool(budget);
    KeptBytes kept(pool);
    std::string all;
    for (char sign = 'a'; all.size() < 300'000;
         sign = sign == 'z' ? 'a' : static_cast<char>(sign + 1)) {
      const std::string more(piece, sign);
      ASSERT_TRUE(kept.append(as_bytes(more)));
      all += more;
    }
    EXPECT_EQ(kept.size(), all.size());
    EXPECT_LE(budget.used(), all.size() + 2 * BufferPool::kSizes.back());
    EXPECT_EQ(text_of(kept), all);
    EXPECT_EQ(budget.used(), 0u);
  }
}

TEST(KeptBytes, ASmallFileHoldsASmallBuffer) {
  Budget budget(1 << 20);
  BufferPool pool(budget);
  KeptBytes kept(pool);
  ASSERT_TRUE(kept.append(as_bytes("a few bytes")));
  EXPECT_EQ(budget.used(), BufferPool::kSizes.front());
}

TEST(KeptBytes, NothingIsKeptOfWhatHasNoRoom) {
  Budget budget(100'000);
  BufferPool pool(budget);
  KeptBytes kept(pool);
  ASSERT_TRUE(kept.append(as_bytes("first")));
  EXPECT_FALSE(kept.append(as_bytes(std::string(200'000, 'x'))));
  EXPECT_EQ(kept.size(), 5u);
  ASSERT_TRUE(kept.append(as_bytes(" second")));
  EXPECT_EQ(text_of(kept), "first second");
}

TEST(KeptBytes, AMarkIsSeenAlsoOverASeam) {
  Budget budget(1 << 20);
  BufferPool pool(budget);
  KeptBytes kept(pool);
  std::string text(1022, '.');
  ASSERT_TRUE(kept.append(as_bytes(text)));
  ASSERT_TRUE(kept.append(as_bytes("CD001 and so on")));
  EXPECT_TRUE(kept.has(1022, "CD001"));
  EXPECT_TRUE(kept.has(1027, " and"));
  EXPECT_FALSE(kept.has(1021, "CD001"));
  EXPECT_FALSE(kept.has(1035, "onwards"));
  EXPECT_FALSE(kept.has(99'999, "C"));
}

}  // namespace
}  // namespace outspan::content
