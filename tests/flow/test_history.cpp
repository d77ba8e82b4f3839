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
  HistoryMemory memory(1 << 20);
  std::mt19937 random(7);
  std::string all;
  History history(memory);
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
    const Comparison same = history.compare(history.begin(), as_bytes(all.substr(history.begin())));
    ASSERT_FALSE(same.differs);
    ASSERT_EQ(same.unknown_bytes, 0u);
  }
  EXPECT_EQ(all.size() - history.begin(), History::kBytesMax);
  EXPECT_LE(memory.budget.used(), History::kBytesMax + PieceLog::kPiecesMax * 16);
}

TEST(History, SeesOneDifferentByte) {
  HistoryMemory memory(1 << 20);
  History history(memory);
  history.append(0, as_bytes("abcdef"));
  EXPECT_FALSE(history.compare(2, as_bytes("cd")).differs);
  EXPECT_TRUE(history.compare(2, as_bytes("cX")).differs);
  EXPECT_FALSE(history.compare(4, as_bytes("efXX")).differs) << "behind the end nothing is known";
}

TEST(History, ForgetsAtAHole) {
  HistoryMemory memory(1 << 20);
  History history(memory);
  history.append(0, as_bytes("abc"));
  history.restart(10);
  EXPECT_TRUE(history.compare(0, as_bytes("XYZ")).differs) << "known by its hash";
  EXPECT_EQ(history.compare(4, as_bytes("XYZ")).unknown_bytes, 0u);
  history.append(10, as_bytes("def"));
  EXPECT_EQ(history.begin(), 10u);
  EXPECT_EQ(text_of(history, 0, 99), "def");
}

/// Pieces of a stream, their borders known.
std::string numbered(std::size_t i) { return std::string(1000, static_cast<char>('a' + i % 26)); }

TEST(History, KnowsAgainWhatItForgotByThePieces) {
  HistoryMemory memory(1 << 20);
  History history(memory);
  for (std::size_t i = 0; i < 100; ++i) history.append(i * 1000, as_bytes(numbered(i)));
  for (std::size_t i = 0; i < 100; ++i) {
    const Comparison same = history.compare(i * 1000, as_bytes(numbered(i)));
    EXPECT_FALSE(same.differs) << i;
    // What came before the log began counts as one piece.
    EXPECT_EQ(same.unknown_bytes, i < 2 ? 1000u : 0u) << i;
    std::string other = numbered(i);
    other[500] = '!';
    EXPECT_EQ(history.compare(i * 1000, as_bytes(other)).differs, i >= 2) << i;
  }
  EXPECT_EQ(history.compare(0, as_bytes(numbered(0) + numbered(1))).unknown_bytes, 0u);
  const Comparison across = history.compare(10'500, as_bytes(std::string(2000, 'x')));
  EXPECT_TRUE(across.differs) << "the whole piece in the middle";
  EXPECT_EQ(history.compare(10'500, as_bytes(std::string(500, 'k'))).unknown_bytes, 500u);
}

TEST(History, AHoleIsNothingToCompareWith) {
  HistoryMemory memory(1 << 20);
  History history(memory);
  for (std::size_t i = 0; i < 10; ++i) history.append(i * 1000, as_bytes(numbered(i)));
  history.append(15'000, as_bytes(numbered(0)));
  const Comparison late = history.compare(12'000, as_bytes(numbered(1)));
  EXPECT_FALSE(late.differs);
  EXPECT_EQ(late.unknown_bytes, 0u);
}

TEST(History, ForgetsTheOldestPieces) {
  HistoryMemory memory(1 << 20);
  History history(memory);
  for (std::size_t i = 0; i < 2000; ++i) history.append(i * 1000, as_bytes(numbered(i)));
  EXPECT_EQ(history.compare(1'000'000, as_bytes(numbered(1000))).unknown_bytes, 1000u);
  EXPECT_EQ(history.compare(1'500'000, as_bytes(numbered(1500))).unknown_bytes, 0u);
  EXPECT_LE(memory.budget.used(), History::kBytesMax + PieceLog::kPiecesMax * 16);
}

TEST(History, WithoutBudgetHoldsNothingAndGivesAllBack) {
  HistoryMemory memory(100);
  {
    History history(memory);
    history.append(0, as_bytes("abc"));
    EXPECT_EQ(history.begin(), 3u);
    EXPECT_EQ(history.make_room(5), 8u);
  }
  EXPECT_EQ(memory.budget.used(), 0u);
}

}  // namespace
}  // namespace outspan::flow
