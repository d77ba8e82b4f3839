#include "protocol/shared/bounded_table.h"

#include <gtest/gtest.h>

#include <string>

namespace outspan::protocol {
namespace {

TEST(BoundedTable, TheOldestGoesAndIsHandedBack) {
  BoundedTable<int, std::string> table(2);
  EXPECT_FALSE(table.put(1, "one"));
  EXPECT_FALSE(table.put(2, "two"));
  EXPECT_EQ(table.put(3, "three"), "one");
  EXPECT_EQ(table.find(1), nullptr);
  EXPECT_EQ(*table.find(2), "two");
  EXPECT_EQ(*table.oldest(), "two");
}

TEST(BoundedTable, ReplacingMakesAnEntryYoung) {
  BoundedTable<int, std::string> table(2);
  table.put(1, "one");
  table.put(2, "two");
  EXPECT_FALSE(table.put(1, "again")) << "there was room";
  EXPECT_EQ(table.put(3, "three"), "two");
  EXPECT_EQ(table.take(1), "again");
  EXPECT_EQ(table.take(1), std::nullopt);
}

TEST(BoundedTable, TakingMakesRoom) {
  BoundedTable<int, int> table(1);
  table.put(1, 10);
  EXPECT_EQ(table.take(1), 10);
  EXPECT_FALSE(table.put(2, 20));
  EXPECT_EQ(table.drop_oldest(), 20);
  EXPECT_EQ(table.oldest(), nullptr);
  EXPECT_EQ(table.drop_oldest(), std::nullopt);
}

TEST(BoundedTable, MillionsOfReplacementsLeaveNothingBehind) {
  BoundedTable<int, int> table(4);
  for (int i = 0; i < 100'000; ++i) table.put(i % 3, i);
  table.put(7, 1);
  EXPECT_EQ(table.size(), 4U);
  EXPECT_EQ(table.put(8, 1), 99'997) << "the one that was not replaced for longest";
}

}  // namespace
}  // namespace outspan::protocol
