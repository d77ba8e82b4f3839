#include "report/ranking.h"

#include <gtest/gtest.h>

#include "report/overlap.h"

namespace outspan::report {
namespace {

TEST(Ranking, TheLargestComeFirstAndTiesByKey) {
  Ranking ranking;
  ranking.add("b", 5);
  ranking.add("a", 5);
  ranking.add("c", 3);
  ranking.add("c", 4);
  const auto top = ranking.top(2);
  ASSERT_EQ(top.size(), 2u);
  EXPECT_EQ(top[0].key, "c");
  EXPECT_EQ(top[0].amount, 7u);
  EXPECT_EQ(top[0].times, 2u);
  EXPECT_EQ(top[1].key, "a");
  EXPECT_EQ(ranking.rest(2).amount, 5u);
}

TEST(Ranking, ManyKeysAreBoundedAndTheSumStaysExact) {
  Ranking ranking(8);
  std::uint64_t sum = 0;
  for (std::uint64_t i = 1; i <= 1000; ++i) {
    ranking.add("key " + std::to_string(i), i);
    sum += i;
  }
  EXPECT_LE(ranking.top(SIZE_MAX).size(), 8u);
  EXPECT_EQ(ranking.keys(), 1000u);
  EXPECT_EQ(ranking.total(), sum);
  std::uint64_t shown = ranking.rest(3).amount;
  for (const auto& row : ranking.top(3)) shown += row.amount;
  EXPECT_EQ(shown, sum);
}

TEST(Ranking, TheLargestKeySurvivesAFloodOfSmallOnes) {
  Ranking ranking(8);
  ranking.add("large", 1'000'000);
  for (int i = 0; i < 1000; ++i) ranking.add("small " + std::to_string(i), 1);
  EXPECT_EQ(ranking.top(1)[0].key, "large");
}

TEST(Ranking, SumsStayAtTheLargestNumber) {
  Ranking ranking;
  ranking.add("a", UINT64_MAX);
  ranking.add("a", 1);
  EXPECT_EQ(ranking.top(1)[0].amount, UINT64_MAX);
  EXPECT_EQ(ranking.total(), UINT64_MAX);
}

TEST(Overlap, IncidentsOfARuleAddUpAndOfRulesTheLargestCounts) {
  Overlap overlap;
  overlap.add("alice", "list", 10);
  overlap.add("alice", "list", 20);
  overlap.add("alice", "drip", 25);
  const auto row = overlap.ranking().top(1)[0];
  EXPECT_EQ(row.amount, 30u);
  EXPECT_EQ(row.times, 3u);
}

}  // namespace
}  // namespace outspan::report
