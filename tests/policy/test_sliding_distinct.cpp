#include <map>

#include "core/hash.h"
#include "policy/sliding_distinct.h"

namespace outspan::policy {
namespace {

TEST(SlidingDistinct, AgreesWithAPlainList) {
  SlidingDistinct mine(1'000'000);
  std::map<std::uint64_t, std::uint64_t> latest;  // identity -> slice
  constexpr std::uint64_t kWindow = 5;
  for (std::uint64_t step = 0; step < 5000; ++step) {
    const std::uint64_t slice = step / 50;
    const std::uint64_t id = mix64(step * step + 3) % 300;
    mine.expire_before(slice < kWindow ? 0 : slice - kWindow);
    mine.add(id, slice);
    latest[id] = slice;
    std::erase_if(latest, [&](const auto& entry) { return entry.second + kWindow < slice; });
    ASSERT_EQ(mine.count(), latest.size()) << "step " << step;
  }
}

TEST(SlidingDistinct, EstimatesBeyondItsLimitAndForgetsSliceBySlice) {
  SlidingDistinct mine(100);
  for (std::uint64_t slice = 0; slice < 10; ++slice)
    for (std::uint64_t i = 0; i < 1000; ++i) mine.add(mix64(slice * 1000 + i + 1), slice);
  EXPECT_TRUE(mine.estimated());
  EXPECT_NEAR(static_cast<double>(mine.count()), 10'000, 800);
  mine.expire_before(5);
  EXPECT_NEAR(static_cast<double>(mine.count()), 5'000, 400);
  EXPECT_LE(mine.memory_bytes(), 8u * 5000);
}

TEST(SlidingDistinct, IsExactAgainOnceItRanEmpty) {
  SlidingDistinct mine(2);
  for (std::uint64_t id = 1; id <= 5; ++id) mine.add(id, 1);
  EXPECT_TRUE(mine.estimated());
  mine.expire_before(2);
  EXPECT_EQ(mine.count(), 0u);
  EXPECT_FALSE(mine.estimated());
  mine.add(7, 3);
  EXPECT_EQ(mine.count(), 1u);
}

}  // namespace
}  // namespace outspan::policy
