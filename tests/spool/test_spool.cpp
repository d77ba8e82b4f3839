#include "spool/spool.h"

#include <gmock/gmock.h>
#include <poll.h>

#include "tests/spool/helpers.h"

namespace outspan::spool {
namespace {

using testing::HasSubstr;

TEST(Spool, RecordsAreSeenOnceTheyAreCommitted) {
  const TemporaryFolder folder;
  auto spool = open_spool(folder.path());
  spool->append(record_of("a"), Priority::high);
  EXPECT_EQ(spool->end(), 1u);
  EXPECT_TRUE(all_in(folder.path()).empty());
  spool->commit();
  EXPECT_EQ(spool->end(), 2u);
  EXPECT_EQ(all_in(folder.path()), std::vector<std::string>{"a"});
}

TEST(Spool, NumbersGoOnOverRestarts) {
  const TemporaryFolder folder;
  Options options;
  options.segment_bytes = 150;
  std::vector<std::string> expected;
  for (int run = 0; run < 20; ++run) {
    auto spool = open_spool(folder.path(), options);
    EXPECT_EQ(spool->end(), expected.size() + 1);
    EXPECT_EQ(spool->take_problem(), "");
    for (int i = 0; i < run % 4; ++i) {
      expected.push_back(std::to_string(expected.size() + 1));
      write(*spool, expected.back());
    }
  }
  EXPECT_EQ(all_in(folder.path()), expected);
}

TEST(Spool, BelongsToOneSensorAtATime) {
  const TemporaryFolder folder;
  auto spool = open_spool(folder.path());
  const auto second = Spool::open(folder.path(), {});
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(second.problems()[0].what, HasSubstr("sensor that runs"));
  spool.reset();
  EXPECT_TRUE(Spool::open(folder.path(), {}).ok());
}

TEST(Spool, AFolderThatCannotBeMadeIsAProblem) {
  const auto spool = Spool::open("/proc/no/such/folder", {});
  ASSERT_FALSE(spool.ok());
  EXPECT_THAT(spool.problems()[0].to_string(), HasSubstr("/proc/no/such/folder"));
}

/// What a crash may leave: any beginning of the last segment.
TEST(Spool, ATornTailIsCutAndSaid) {
  const TemporaryFolder folder;
  const std::filesystem::path original = folder.path() / "spool";
  std::vector<std::size_t> ends{kHeaderBytes};
  {
    auto spool = open_spool(original);
    for (const char* text : {"one", "two is longer", "three"}) {
      write(*spool, text);
      ends.push_back(ends.back() + kRecordHeadBytes + std::string(text).size());
    }
  }
  const std::string whole = file_text(original / segment_name(1));
  ASSERT_EQ(whole.size(), ends.back());
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const std::filesystem::path copy = folder.path() / "copy";
    std::filesystem::remove_all(copy);
    std::filesystem::create_directory(copy);
    put_file(copy / segment_name(1), whole.substr(0, size));
    const auto records =
        static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), size) - ends.begin());
    const std::size_t kept = records == 0 ? 0 : records - 1;
    auto spool = open_spool(copy);
    EXPECT_EQ(spool->end(), kept + 1) << size;
    const std::size_t good = records == 0 ? 0 : ends[kept];
    EXPECT_EQ(counter(*spool, "cut_bytes"), size - good) << size;
    EXPECT_EQ(spool->take_problem().empty(), size == good) << size;
    write(*spool, "next");
    const auto texts = all_in(copy);
    ASSERT_EQ(texts.size(), kept + 1) << size;
    EXPECT_EQ(texts.back(), "next");
  }
}

TEST(Spool, GarbageBehindTheLastRecordIsCutAndSaid) {
  const TemporaryFolder folder;
  write(*open_spool(folder.path()), "one");
  {
    std::ofstream more(folder.path() / segment_name(1), std::ios::app | std::ios::binary);
    more << std::string(1000, '\0') << "garbage";
  }
  auto spool = open_spool(folder.path());
  EXPECT_THAT(spool->take_problem(), HasSubstr("1007 bytes were not whole"));
  EXPECT_EQ(spool->take_problem(), "") << "said once";
  write(*spool, "two");
  EXPECT_EQ(all_in(folder.path()), (std::vector<std::string>{"one", "two"}));
}

TEST(Spool, ARecordThatIsTooLargeIsRefused) {
  const TemporaryFolder folder;
  auto spool = open_spool(folder.path());
  write(*spool, std::string(kPayloadBytesMax + 1, 'x'));
  write(*spool, "");
  write(*spool, std::string(1 << 20, 'x'));
  EXPECT_EQ(spool->end(), 2u);
  EXPECT_EQ(counter(*spool, "refused.high"), 2u);
}

TEST(Spool, SyncAsAsked) {
  // With `second`, the first is long after none.
  for (const auto& [sync, syncs] :
       {std::pair{Sync::batch, 5u}, {Sync::second, 1u}, {Sync::never, 0u}}) {
    const TemporaryFolder folder;
    Options options;
    options.sync = sync;
    auto spool = open_spool(folder.path(), options);
    for (int i = 0; i < 5; ++i) {
      write(*spool, "x");
      spool->tick();
    }
    EXPECT_EQ(counter(*spool, "syncs"), syncs);
  }
}

TEST(Spool, WakesThoseWhoWatch) {
  const TemporaryFolder folder;
  auto spool = open_spool(folder.path());
  const Wake wake;
  const auto woken = [&wake] {
    pollfd ready{wake.descriptor(), POLLIN, 0};
    const bool is = ::poll(&ready, 1, 0) == 1;
    wake.clear();
    return is;
  };
  spool->watch(wake);
  EXPECT_FALSE(woken());
  write(*spool, "x");
  EXPECT_TRUE(woken());
  spool->commit();
  EXPECT_FALSE(woken()) << "nothing new";
  spool->unwatch(wake);
  write(*spool, "y");
  EXPECT_FALSE(woken());
}

}  // namespace
}  // namespace outspan::spool
