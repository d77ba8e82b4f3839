#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <string>
#include <thread>

#include "tests/unpack/collect.h"

namespace outspan::unpack {
namespace {

PoolOptions misbehaving() {
  PoolOptions options;
  options.program = OUTSPAN_MISBEHAVING_WORKER;
  options.worker_memory_mib = 256;
  return options;
}

Outcome run(Pool& pool, std::string_view order, Collected& found,
            std::chrono::milliseconds time = std::chrono::seconds(20)) {
  return submit(pool, Kind::archive, order, {.entries = 100, .output_bytes = 4 << 20, .time = time})
      .wait(found);
}
Outcome run(Pool& pool, std::string_view order) {
  Collected found;
  return run(pool, order, found);
}

TEST(Pool, ServesManyFilesWithOneWorker) {
  Pool pool(misbehaving());
  for (int i = 0; i < 50; ++i) EXPECT_EQ(run(pool, "fine"), Outcome::opened);
  Stats stats;
  pool.report(stats);
  EXPECT_EQ(stats.value("unpack.workers_started"), 1u);
  EXPECT_EQ(stats.value("unpack.opened"), 50u);
}

TEST(Pool, ACrashCostsOneFile) {
  Pool pool(misbehaving());
  Collected found;
  EXPECT_EQ(run(pool, "crash", found), Outcome::crashed);
  EXPECT_EQ(found.of("before"), "inspected before it happened");
  EXPECT_EQ(run(pool, "fine"), Outcome::opened);
}

TEST(Pool, AHangEndsInTime) {
  Pool pool(misbehaving());
  Collected found;
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(run(pool, "hang", found, std::chrono::milliseconds(200)), Outcome::time);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(3));
  EXPECT_EQ(found.of("before"), "inspected before it happened");
  EXPECT_EQ(run(pool, "fine"), Outcome::opened);
}

TEST(Pool, MemoryIsBounded) {
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
  GTEST_SKIP() << "the address space is not limited under AddressSanitizer";
#endif
#endif
  Pool pool(misbehaving());
  EXPECT_EQ(run(pool, "eat"), Outcome::memory);
  EXPECT_EQ(run(pool, "fine"), Outcome::opened);
}

TEST(Pool, AWorkerReachesNothing) {
  Pool pool(misbehaving());
  Collected found;
  EXPECT_EQ(run(pool, "open", found), Outcome::opened);
  EXPECT_EQ(found.of("open"), "no file, no socket, no process");
}

TEST(Pool, AWorkerInheritsNothing) {
  const int secret = open("/dev/null", O_RDONLY);  // not close-on-exec
  ASSERT_GE(secret, 0);
  Pool pool(misbehaving());
  Collected found;
  EXPECT_EQ(run(pool, "descriptors", found), Outcome::opened);
  EXPECT_EQ(found.of("descriptors"), "bare");
  close(secret);
}

TEST(Pool, WhatAWorkerWritesIsChecked) {
  Pool pool(misbehaving());
  EXPECT_EQ(run(pool, "garbage"), Outcome::crashed);
  EXPECT_EQ(run(pool, "short"), Outcome::crashed);
  EXPECT_EQ(run(pool, "fine"), Outcome::opened);
}

TEST(Pool, LimitsAreKept) {
  Pool pool(misbehaving());
  Collected members;
  EXPECT_EQ(run(pool, "flood", members), Outcome::entries);
  EXPECT_EQ(members.members.size(), 100u);
  EXPECT_EQ(members.ended, 100u);
  Collected bytes;
  EXPECT_EQ(run(pool, "zeros", bytes), Outcome::expansion);
  EXPECT_LE(bytes.all().size(), 4u << 20);
}

TEST(Pool, ASinkMayStop) {
  Pool pool(misbehaving());
  Collected found;
  found.stop_after = 10;
  EXPECT_EQ(run(pool, "flood", found), Outcome::stopped);
  EXPECT_EQ(run(pool, "fine"), Outcome::opened);
}

TEST(Pool, WithoutAProgramNothingIsOpened) {
  Pool pool(PoolOptions{});
  EXPECT_FALSE(pool.available(Kind::archive));
  EXPECT_EQ(run(pool, "fine"), Outcome::unavailable);
  PoolOptions wrong;
  wrong.program = "/nonexistent/worker";
  Pool other(wrong);
  EXPECT_EQ(run(other, "fine"), Outcome::unavailable);
}

TEST(Pool, AJobThatIsNotWaitedForIsEnded) {
  Pool pool(misbehaving());
  { const Job job = submit(pool, Kind::archive, "hang"); }
  EXPECT_EQ(run(pool, "fine"), Outcome::opened);
}

/// Running, and not only waiting to be collected.
bool is_running(const std::string& pid) {
  std::ifstream stat("/proc/" + pid + "/stat");
  std::string number, name, state;
  return (stat >> number >> name >> state) && state != "Z" && state != "X";
}

TEST(Pool, ABusyWorkerDiesWithTheSensor) {
  const pid_t sensor = fork();
  ASSERT_GE(sensor, 0);
  if (sensor == 0) {
    Pool pool(misbehaving());
    const Job job = submit(pool, Kind::archive, "hang");
    for (;;) pause();
  }
  const auto wait_for = [](auto condition) {
    for (int i = 0; i < 500 && !condition(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return condition();
  };
  const std::string parent = std::to_string(sensor);
  std::string worker;
  EXPECT_TRUE(wait_for([&] {
    std::ifstream children("/proc/" + parent + "/task/" + parent + "/children");
    return static_cast<bool>(children >> worker);
  }));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));  // now it hangs
  EXPECT_TRUE(is_running(worker));
  kill(sensor, SIGKILL);
  waitpid(sensor, nullptr, 0);
  EXPECT_TRUE(wait_for([&] { return !is_running(worker); }));
}

TEST(Pool, NothingElseIsLostUnderLoad) {
  Pool pool(misbehaving());
  std::atomic<int> fine{0};
  const auto caller = [&](int seed) {
    for (int i = 0; i < 40; ++i) {
      const int what = (i + seed) % 8;
      Collected found;
      if (what == 1)
        EXPECT_EQ(run(pool, "crash", found), Outcome::crashed);
      else if (what == 3)
        EXPECT_EQ(run(pool, "hang", found, std::chrono::milliseconds(50)), Outcome::time);
      else if (what == 5)
        EXPECT_EQ(run(pool, "garbage", found), Outcome::crashed);
      else if (run(pool, "fine", found) == Outcome::opened)
        ++fine;
      EXPECT_TRUE(what == 3 || !found.members.empty());
    }
  };
  {
    std::vector<std::jthread> callers;
    for (int seed = 0; seed < 4; ++seed) callers.emplace_back(caller, seed);
  }
  EXPECT_EQ(fine, 4 * 40 * 5 / 8);
}

}  // namespace
}  // namespace outspan::unpack
