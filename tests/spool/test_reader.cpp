#include "spool/reader.h"

#include <atomic>
#include <thread>

#include "tests/spool/helpers.h"

namespace outspan::spool {
namespace {

Options small_segments() {
  Options options;
  options.segment_bytes = 200;
  options.sync = Sync::never;
  return options;
}

/// `count` records "1", "2" ... in segments of a few records each.
void fill(const std::string& folder, int count) {
  auto spool = open_spool(folder, small_segments());
  for (int i = 1; i <= count; ++i) {
    spool->append(record_of(std::to_string(i), i, static_cast<std::uint8_t>(i % 3)),
                  Priority::high);
    spool->commit();
  }
}

TEST(Reader, AllRecordsInOrderOverSegments) {
  const TemporaryFolder folder;
  fill(folder.path(), 40);
  EXPECT_GT(list_segments(folder.path()).size(), 4u);
  Reader reader(folder.path());
  for (int i = 1; i <= 40; ++i) {
    EXPECT_EQ(reader.position().number, static_cast<std::uint64_t>(i));
    const auto record = reader.next();
    ASSERT_TRUE(record) << i;
    EXPECT_EQ(as_text(record->payload), std::to_string(i));
    EXPECT_EQ(record->time, at_second(i));
  }
  EXPECT_FALSE(reader.next());
  EXPECT_EQ(reader.damaged(), 0u);
}

TEST(Reader, GoesOnFromAnyPosition) {
  const TemporaryFolder folder;
  fill(folder.path(), 40);
  Reader reader(folder.path());
  for (int i = 1; i <= 40; ++i) {
    Reader exact(folder.path(), reader.position());
    Reader by_number(folder.path(), {static_cast<std::uint64_t>(i), 0, 0});
    const auto record = reader.next();
    EXPECT_EQ(as_text(exact.next()->payload), as_text(record->payload));
    EXPECT_EQ(as_text(by_number.next()->payload), as_text(record->payload));
  }
}

TEST(Reader, BeginsWithTheOldestWhereItsPlaceIsGone) {
  const TemporaryFolder folder;
  fill(folder.path(), 40);
  const auto segments = list_segments(folder.path());
  std::filesystem::remove(folder.path() / segment_name(segments[0]));
  std::filesystem::remove(folder.path() / segment_name(segments[1]));
  Reader reader(folder.path(), {2, segments[0], 30});
  EXPECT_EQ(as_text(reader.next()->payload), std::to_string(segments[2]));
}

TEST(Reader, StopsAtTheEndItIsGiven) {
  const TemporaryFolder folder;
  fill(folder.path(), 10);
  Reader reader(folder.path());
  EXPECT_EQ(all_of(reader, 4), (std::vector<std::string>{"1", "2", "3"}));
  EXPECT_EQ(all_of(reader, 6), (std::vector<std::string>{"4", "5"}));
}

TEST(Reader, ADamagedSegmentCostsItsRestAndIsCounted) {
  const TemporaryFolder folder;
  fill(folder.path(), 40);
  const auto segments = list_segments(folder.path());
  const std::filesystem::path second = folder.path() / segment_name(segments[1]);
  std::string text = file_text(second);
  text[kHeaderBytes + kRecordHeadBytes] ^= 1;  // the payload of its first record
  put_file(second, text);
  const auto texts = all_in(folder.path());
  EXPECT_EQ(texts.size(), 40 - (segments[2] - segments[1]));
  EXPECT_EQ(texts.back(), "40");
  Reader reader(folder.path());
  all_of(reader);
  EXPECT_EQ(reader.damaged(), 1u);
  // A header that is damaged costs the segment.
  text[0] ^= 1;
  put_file(second, text);
  EXPECT_EQ(all_in(folder.path()).size(), 40 - (segments[2] - segments[1]));
}

TEST(Reader, PassesOverWhatNobodyAskedFor) {
  const TemporaryFolder folder;
  fill(folder.path(), 40);
  const auto segments = list_segments(folder.path());
  // Damage shows that a segment was not read.
  for (const std::uint64_t segment : {segments[1], segments[2]}) {
    std::string text = file_text(folder.path() / segment_name(segment));
    text[kHeaderBytes + kRecordHeadBytes] ^= 1;
    put_file(folder.path() / segment_name(segment), text);
  }
  Reader late(folder.path());
  late.look_for(
      {~std::uint64_t{0}, at_second(static_cast<std::int64_t>(segments[3])), Timestamp::max()});
  EXPECT_EQ(all_of(late).back(), "40");
  EXPECT_EQ(late.damaged(), 0u);
  Reader other_kinds(folder.path());
  other_kinds.look_for({std::uint64_t{1} << 9, Timestamp::min(), Timestamp::max()});
  all_of(other_kinds);
  EXPECT_EQ(other_kinds.damaged(), 0u);
}

TEST(Reader, AFolderThatIsNotThereHasNothing) {
  const TemporaryFolder folder;
  EXPECT_TRUE(all_in(folder.path() / "none").empty());
  EXPECT_TRUE(all_in(folder.path()).empty());
}

TEST(Reader, FollowsAWriterWithoutATornRecord) {
  constexpr std::uint64_t kRecords = 20'000;
  const TemporaryFolder folder;
  Options options = small_segments();
  options.segment_bytes = 20'000;
  auto spool = open_spool(folder.path(), options);
  spool->needs("reader", 1);
  std::atomic<bool> stop{false};
  // Another process reads as well: it knows no end.
  std::thread stranger([&] {
    while (!stop) {
      Reader reader(folder.path());
      std::uint64_t expected = 1;
      while (const auto record = reader.next())
        if (as_text(record->payload) != std::to_string(expected++)) ADD_FAILURE() << expected;
      EXPECT_EQ(reader.damaged(), 0u);
    }
  });
  std::thread follower([&] {
    Reader reader(folder.path());
    std::uint64_t next = 1;
    while (next <= kRecords) {
      const std::uint64_t end = spool->end();
      while (const auto record = reader.next(end))
        if (as_text(record->payload) != std::to_string(next++)) ADD_FAILURE() << next;
    }
    EXPECT_EQ(reader.damaged(), 0u);
  });
  for (std::uint64_t i = 1; i <= kRecords; ++i) {
    spool->append(record_of(std::to_string(i)), Priority::high);
    if (i % 7 == 0 || i == kRecords) spool->commit();
  }
  follower.join();
  stop = true;
  stranger.join();
}

}  // namespace
}  // namespace outspan::spool
