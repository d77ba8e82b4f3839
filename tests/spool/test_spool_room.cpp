#include <gmock/gmock.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>

#include <thread>

#include "spool/spool.h"
#include "tests/spool/helpers.h"

/// What a spool does when there is no room.
namespace outspan::spool {
namespace {

using testing::HasSubstr;

Options small() {
  Options options;
  options.bytes_max = 100'000;
  options.segment_bytes = 5'000;
  options.sync = Sync::never;
  return options;
}

const std::string kText(475, 'x');  // 500 bytes with its head

TEST(SpoolRoom, WhatEverybodyHasReadGoes) {
  const TemporaryFolder folder;
  auto spool = open_spool(folder.path(), small());
  for (std::uint64_t i = 1; i <= 2000; ++i) {
    spool->needs("slow", i);
    spool->needs("fast", i + 1);
    write(*spool, kText, Priority::low);
  }
  EXPECT_EQ(spool->end(), 2001u);
  EXPECT_LE(counter(*spool, "bytes"), 100'000u);
  EXPECT_GE(counter(*spool, "bytes"), 80'000u) << "what there is room for stays for searches";
  EXPECT_EQ(counter(*spool, "refused.low"), 0u);
}

TEST(SpoolRoom, WhatAReaderNeedsStaysAndTheLowestGivesWayFirst) {
  const TemporaryFolder folder;
  auto spool = open_spool(folder.path(), small());
  spool->needs("away", 1);
  std::array<std::uint64_t, 3> taken{};
  std::array<std::uint64_t, 3> last{};
  for (int i = 0; i < 900; ++i) {
    const auto priority = static_cast<Priority>(i % 3);
    const std::uint64_t before = spool->end();
    write(*spool, kText, priority);
    taken[i % 3] += spool->end() - before;
    if (spool->end() != before) last[i % 3] = before;
  }
  EXPECT_LT(taken[0], taken[1]);
  EXPECT_LT(taken[1], taken[2]);
  EXPECT_LT(last[0], last[1]);
  EXPECT_LT(last[1], last[2]);
  EXPECT_LE(counter(*spool, "bytes"), 100'000u);
  EXPECT_EQ(spool->room(), Spool::Room::none);
  EXPECT_EQ(all_in(folder.path()).size(), taken[0] + taken[1] + taken[2]) << "nothing went";
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(counter(*spool, i == 0   ? "refused.low"
                              : i == 1 ? "refused.middle"
                                       : "refused.high"),
              300 - taken[i]);
  // The reader comes back.
  spool->needs("away", spool->end());
  spool->tick();
  EXPECT_EQ(spool->room(), Spool::Room::enough);
}

TEST(SpoolRoom, WhatIsOldGoes) {
  const TemporaryFolder folder;
  Options options = small();
  options.keep = std::chrono::hours(24 * 365);
  {
    auto spool = open_spool(folder.path(), options);
    for (int i = 0; i < 50; ++i) {
      spool->append({1, at_second(1), at_second(1), as_bytes(kText)}, Priority::high);
      spool->commit();
    }
    spool->tick();
    EXPECT_LE(all_in(folder.path()).size(), 10u) << "the segment that is written stays";
    EXPECT_EQ(spool->end(), 51u);
    spool->needs("away", 1);
  }
  auto spool = open_spool(folder.path(), options);
  EXPECT_EQ(spool->end(), 51u);
}

/// A file system of its own of `bytes`, where the kernel lets the test mount one.
class SmallDisk {
 public:
  explicit SmallDisk(std::size_t bytes) {
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
      return;
    ok_ = ::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0,
                  fmt::format("size={}", bytes).c_str()) == 0;
  }
  ~SmallDisk() {
    if (ok_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }
  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] std::filesystem::path path() const { return folder_.path(); }
  /// Takes all the room but `bytes`.
  void fill(std::uint64_t left_bytes) const {
    struct statvfs status {};
    ::statvfs(path().c_str(), &status);
    const std::uint64_t free = status.f_bavail * status.f_frsize;
    if (free > left_bytes) put_file(path() / "other", std::string(free - left_bytes, 'x'));
  }
  void empty() const { std::filesystem::remove(path() / "other"); }

 private:
  TemporaryFolder folder_;
  bool ok_ = false;
};

TEST(SpoolRoom, AFullDiskKeepsTheReserveForWhatMattersMost) {
  const SmallDisk disk(8 << 20);
  if (!disk.ok()) GTEST_SKIP() << "no file system can be mounted here";
  Options options;
  options.bytes_max = 16 << 20;
  options.sync = Sync::never;
  auto spool = open_spool(disk.path() / "spool", options);
  spool->needs("away", 1);
  write(*spool, kText, Priority::low);
  EXPECT_EQ(spool->room(), Spool::Room::enough);
  disk.fill(64 << 10);
  std::uint64_t low = 0, high = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t before = spool->end();
    spool->append(record_of(kText), Priority::low);
    spool->append(record_of(kText), Priority::high);
    spool->commit();
    const std::uint64_t taken = spool->end() - before;
    low += taken == 2;
    high += taken >= 1;
  }
  EXPECT_LT(low, 100u);
  EXPECT_EQ(high, 1000u) << "the reserve of a MiB holds 2,000";
  EXPECT_THAT(spool->take_problem(), HasSubstr("No space left on device"));
  EXPECT_EQ(spool->room(), Spool::Room::none);
  EXPECT_EQ(counter(*spool, "refused.low"), 1000 - low);
  EXPECT_EQ(counter(*spool, "refused.high"), 0u);

  // Beyond the reserve the rest is lost, counted, and nothing that is there suffers.
  for (int i = 0; i < 3000; ++i) write(*spool, kText, Priority::high);
  EXPECT_GT(counter(*spool, "refused.high"), 0u);
  EXPECT_EQ(all_in(disk.path() / "spool").size(), spool->end() - 1);

  disk.empty();
  for (int i = 0; i < 80 && spool->room() != Spool::Room::enough; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    spool->tick();
  }
  EXPECT_EQ(spool->room(), Spool::Room::enough);
  const std::uint64_t before = spool->end();
  write(*spool, kText, Priority::low);
  EXPECT_EQ(spool->end(), before + 1);
  EXPECT_EQ(all_in(disk.path() / "spool").size(), before);
}

TEST(SpoolRoom, AFullDiskAtTheStartIsSaid) {
  const SmallDisk disk(1 << 20);
  if (!disk.ok()) GTEST_SKIP() << "no file system can be mounted here";
  disk.fill(32 << 10);
  auto spool = open_spool(disk.path() / "spool");
  EXPECT_THAT(spool->take_problem(), HasSubstr("has no room"));
  write(*spool, "low", Priority::low);
  write(*spool, "high", Priority::high);
  EXPECT_EQ(all_in(disk.path() / "spool"), std::vector<std::string>{"high"});
}

}  // namespace
}  // namespace outspan::spool
