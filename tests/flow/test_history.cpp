#include "flow/history.h"

#include <random>

namespace outspan::flow {
namespace {

std::string text_of(const History& history, std::uint64_t from, std::uint64_t to) {
  std::string text;
  for (const Bytes run : history.read(from, to)) text += as_text(run);
  return text;
}

TEST(History, HoldsTheLatestBytesWhateverTheCut) {
  Budget budget(1 << 20);
  std::mt19937 random(7);
  std::string all;
  History history(budget);
  while (all.size() < 100'000) {
    std::string piece(random() % 3000 + 1, '\0');
    for (char& c : piece) c = static_cast<char>(random());
    const std::uint64_t promised = history.make_room(piece.size());
    history.append(all.size(), as_bytes(piece));
    all += piece;
    ASSERT_LE(history.begin(), promised);
    ASSERT_EQ(history.end(), all.size());
    ASSERT_LE(all.size() - history.begin(), History::kBytesMax);
    ASSERT_EQ(text_of(history, 0, all.size()), all.substr(history.begin()));
    ASSERT_TRUE(history.agrees(history.begin(), as_bytes(all.substr(history.begin()))));
  }
  EXPECT_EQ(all.size() - history.begin(), History::kBytesMax);
  EXPECT_EQ(budget.used(), History::kBytesMax);
}

TEST(History, SeesOneDifferentByte) {
  Budget budget(1 << 20);
  History history(budget);
  history.append(0, as_bytes("abcdef"));
  EXPECT_TRUE(history.agrees(2, as_bytes("cd")));
  EXPECT_FALSE(history.agrees(2, as_bytes("cX")));
  EXPECT_TRUE(history.agrees(4, as_bytes("efXX"))) << "behind the end nothing is known";
}

TEST(History, ForgetsAtAHole) {
  Budget budget(1 << 20);
  History history(budget);
  history.append(0, as_bytes("abc"));
  history.restart(10);
  EXPECT_TRUE(history.agrees(0, as_bytes("XYZ")));
  history.append(10, as_bytes("def"));
  EXPECT_EQ(history.begin(), 10u);
  EXPECT_EQ(text_of(history, 0, 99), "def");
}

TEST(History, WithoutBudgetHoldsNothingAndGivesAllBack) {
  Budget budget(100);
  {
    History history(budget);
    history.append(0, as_bytes("abc"));
    EXPECT_EQ(history.begin(), 3u);
    EXPECT_EQ(history.make_room(5), 8u);
  }
  EXPECT_EQ(budget.used(), 0u);
}

}  // namespace
}  // namespace outspan::flow
