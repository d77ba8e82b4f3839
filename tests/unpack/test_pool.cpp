#include <gtest/gtest.h>

#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
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

std::uint64_t workers_started(const Pool& pool) {
  Stats stats;
  pool.report(stats);
  return stats.value("unpack.workers_started");
}

TEST(Pool, AWorkerServesManyFilesAndThenANewOneDoes) {
  Pool pool(misbehaving());
  for (std::uint32_t i = 0; i < PoolOptions::kFilesPerWorker; ++i)
    EXPECT_EQ(run(pool, "fine"), Outcome::opened);
  EXPECT_EQ(workers_started(pool), 1u);
  EXPECT_EQ(run(pool, "fine"), Outcome::opened);
  EXPECT_EQ(workers_started(pool), 2u);
}

TEST(Pool, AFileThatFailedCostsAWorker) {
  Pool pool(misbehaving());
  EXPECT_EQ(run(pool, "damaged"), Outcome::damaged);
  EXPECT_EQ(run(pool, "nothing"), Outcome::nothing);
  EXPECT_EQ(run(pool, "flood"), Outcome::entries);
  EXPECT_EQ(run(pool, "fine"), Outcome::opened);
  EXPECT_EQ(workers_started(pool), 4u);
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

struct Lie {
  const char* order;
  Outcome outcome;
};

TEST(Pool, AWorkerThatWasTakenOverHarmsItsOwnFileOnly) {
  constexpr Lie kLies[] = {
      {"empty data", Outcome::crashed},
      {"unread for ever", Outcome::crashed},
      {"begin for ever", Outcome::entries},
      {"output after done", Outcome::crashed},
      {"output after a while", Outcome::opened},  // true for its own file
      {"done twice", Outcome::crashed},
      {"done in a member", Outcome::crashed},
      {"data of no member", Outcome::crashed},
      {"end of no member", Outcome::crashed},
      {"an outcome there is not", Outcome::crashed},
      {"a frame there is not", Outcome::crashed},
      {"less than it says", Outcome::time},
      {"a byte now and then", Outcome::time},
      {"nothing", Outcome::nothing},
  };
  for (const auto& [order, outcome] : kLies) {
    SCOPED_TRACE(order);
    Pool pool(misbehaving());
    Collected lies;
    EXPECT_EQ(run(pool, order, lies, std::chrono::milliseconds(500)), outcome);
    EXPECT_LE(lies.members.size(), 100u);
    std::this_thread::sleep_for(std::chrono::milliseconds(order == kLies[4].order ? 300 : 0));
    Collected found;
    EXPECT_EQ(run(pool, "fine", found), Outcome::opened);
    EXPECT_EQ(found.members.size(), 1u);
    EXPECT_EQ(workers_started(pool), 2u);
  }
}

TEST(Pool, AnEmptyFileMayHaveNothing) {
  Pool pool(misbehaving());
  SharedFile empty;
  Collected found;
  EXPECT_NE(pool.submit(Kind::archive, empty, {}).wait(found), Outcome::nothing);
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

/// Of /proc/PID/status.
std::string field(const std::string& pid, const std::string& name) {
  std::ifstream status("/proc/" + pid + "/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(name + ":\t")) return line.substr(name.size() + 2);
  return "no " + name;
}

std::string namespace_of(const std::string& pid, const std::string& kind) {
  std::array<char, 64> name{};
  const auto path = "/proc/" + pid + "/ns/" + kind;
  return readlink(path.c_str(), name.data(), name.size() - 1) > 0 ? name.data() : "";
}

std::string child_of(const std::string& pid) {
  std::ifstream children("/proc/" + pid + "/task/" + pid + "/children");
  std::string child;
  children >> child;
  return child;
}

TEST(Pool, AWorkerHasNoPrivileges) {
  Pool pool(misbehaving());
  EXPECT_EQ(run(pool, "fine"), Outcome::opened);  // it is locked in
  const std::string worker = child_of(std::to_string(getpid()));
  ASSERT_FALSE(worker.empty());
  for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapAmb"})
    EXPECT_EQ(field(worker, set), "0000000000000000") << set;
  EXPECT_EQ(field(worker, "NoNewPrivs"), "1");
  EXPECT_EQ(field(worker, "Seccomp"), "2");
  const std::string user = geteuid() == 0 ? "65534" : std::to_string(geteuid());
  EXPECT_EQ(field(worker, "Uid"), user + '\t' + user + '\t' + user + '\t' + user);
  if (geteuid() == 0) {
    EXPECT_EQ(field(worker, "Groups"), " ");
  }
}

TEST(Pool, AWorkerHasNamespacesOfItsOwn) {
  if (const pid_t child = fork(); child == 0) {
    _exit(unshare(CLONE_NEWNET | CLONE_NEWNS) == 0 ? 0 : 1);
  } else {
    int status = 0;
    waitpid(child, &status, 0);
    if (status != 0) GTEST_SKIP() << "only root may make namespaces and look at those of others";
  }
  Pool pool(misbehaving());
  EXPECT_EQ(run(pool, "fine"), Outcome::opened);
  const std::string worker = child_of(std::to_string(getpid()));
  for (const char* kind : {"net", "ipc", "uts", "mnt"}) {
    EXPECT_FALSE(namespace_of(worker, kind).empty()) << kind;
    EXPECT_NE(namespace_of(worker, kind), namespace_of("self", kind)) << kind;
  }
  EXPECT_FALSE(std::ifstream("/proc/" + worker + "/root/etc/passwd").good());
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
  EXPECT_TRUE(wait_for([&] { return !(worker = child_of(parent)).empty(); }));
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
