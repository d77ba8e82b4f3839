#include <cmath>
#include <set>

#include "core/hash.h"
#include "policy/address_set.h"
#include "policy/distinct_counter.h"

namespace outspan::policy {
namespace {

/// Pseudo-random identities, the same in every run.
std::uint64_t identity(std::uint64_t n) { return mix64(n * 0x9e3779b97f4a7c15ULL + 1); }

TEST(ValueSet, AgreesWithStdSet) {
  ValueSet mine;
  std::set<std::uint64_t> reference;
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const std::uint64_t id = identity(i % 7000) % 9000;  // repeats, and 0
    EXPECT_EQ(mine.contains(id), reference.contains(id));
    EXPECT_EQ(mine.insert(id), reference.insert(id).second);
  }
  EXPECT_EQ(mine.size(), reference.size());
  std::set<std::uint64_t> visited;
  mine.for_each([&](std::uint64_t id) { EXPECT_TRUE(visited.insert(id).second); });
  EXPECT_EQ(visited, reference);
}

TEST(HyperLogLog, StaysWithinFiveStandardErrors) {
  for (const std::uint64_t n : {1u, 10u, 100u, 1000u, 5000u, 12'000u, 100'000u, 1'000'000u}) {
    HyperLogLog sketch;
    for (std::uint64_t i = 0; i < n; ++i) sketch.add(identity(i));
    EXPECT_NEAR(static_cast<double>(sketch.estimate()), static_cast<double>(n),
                std::max(1.0, 5 * 0.0163 * static_cast<double>(n)))
        << n;
  }
}

TEST(HyperLogLog, EmptyIsZeroAndRepeatsDoNotCount) {
  HyperLogLog sketch;
  EXPECT_EQ(sketch.estimate(), 0u);
  for (int i = 0; i < 1000; ++i) sketch.add(identity(7));
  EXPECT_EQ(sketch.estimate(), 1u);
}

TEST(HyperLogLog, MergeEqualsTheUnion) {
  HyperLogLog a, b, both;
  for (std::uint64_t i = 0; i < 30'000; ++i) {
    (i % 3 == 0 ? a : b).add(identity(i));
    both.add(identity(i));
  }
  a.merge(b);
  EXPECT_EQ(a.estimate(), both.estimate());
}

TEST(DistinctCounter, IsExactUpToItsLimit) {
  DistinctCounter counter(1000);
  for (std::uint64_t i = 0; i < 1000; ++i) {
    EXPECT_TRUE(counter.add(identity(i)));
    EXPECT_FALSE(counter.add(identity(i)));
  }
  EXPECT_EQ(counter.count(), 1000u);
  EXPECT_FALSE(counter.estimated());
}

TEST(DistinctCounter, EstimatesBeyondAndNeverCountsDown) {
  DistinctCounter counter(1000);
  std::uint64_t before = 0;
  for (std::uint64_t i = 0; i < 50'000; ++i) {
    counter.add(identity(i));
    EXPECT_GE(counter.count(), before);
    before = counter.count();
  }
  EXPECT_TRUE(counter.estimated());
  EXPECT_NEAR(static_cast<double>(counter.count()), 50'000, 50'000 * 0.08);
  EXPECT_LE(counter.memory_bytes(), 8192u);
}

TEST(AddressSet, FoldsCaseAndLeavesOutWhatIsNoAddress) {
  AddressSet set;
  set.insert("ann@example.org");
  set.insert("+442079460100");
  EXPECT_TRUE(set.contains("ann@example.ORG"));
  EXPECT_FALSE(set.contains("bob@example.org"));
  EXPECT_FALSE(set.contains("+442079460100"));
}

TEST(AddressSet, SuspectsEverybodyOnceItGaveUp) {
  AddressSet set;
  set.give_up();
  EXPECT_TRUE(set.contains("bob@example.org"));
}

}  // namespace
}  // namespace outspan::policy
