#include "app/watchdog.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <vector>

namespace outspan::app {
namespace {

using std::chrono::seconds;

TEST(StillReader, IsReportedOnceAndWhenItGoesOn) {
  StillReader reader;
  std::chrono::steady_clock::time_point now{seconds(100)};
  std::vector<std::string> told;
  const auto look = [&](std::uint64_t reads) {
    now += seconds(1);
    if (const auto notice = reader.look(reads, now)) told.push_back(notice->kind);
  };
  for (std::uint64_t i = 1; i < 40; ++i) look(i);
  EXPECT_TRUE(told.empty());
  for (int i = 0; i < 9; ++i) look(39);
  EXPECT_TRUE(told.empty()) << "a short pause is none";
  for (int i = 0; i < 30; ++i) look(39);
  EXPECT_EQ(told, std::vector<std::string>{"reader_stands_still"});
  look(40);
  look(41);
  EXPECT_EQ(told, (std::vector<std::string>{"reader_stands_still", "reader_goes_on"}));
}

/// A service manager's socket, in the abstract namespace.
class Manager : public testing::Test {
 protected:
  void SetUp() override {
    name_ = "@outspan-test-" + std::to_string(getpid());
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    name_.copy(at.sun_path, name_.size());
    at.sun_path[0] = '\0';
    fd_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
    ASSERT_EQ(bind(fd_, reinterpret_cast<const sockaddr*>(&at), size), 0);
    setenv("NOTIFY_SOCKET", name_.c_str(), 1);
  }
  void TearDown() override {
    close(fd_);
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) unsetenv(name);
  }
  /// What it was told next, within a second; empty: nothing.
  std::string told() const {
    const timeval second{1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second);
    char text[64];
    const ssize_t size = recv(fd_, text, sizeof text, 0);
    return size < 0 ? "" : std::string(text, static_cast<std::size_t>(size));
  }

  std::string name_;
  int fd_ = -1;
};

TEST_F(Manager, IsToldAndItsVariablesAreTaken) {
  setenv("WATCHDOG_USEC", "500000", 1);
  setenv("WATCHDOG_PID", std::to_string(getpid()).c_str(), 1);
  const ServiceManager manager;
  manager.tell("READY=1");
  EXPECT_EQ(told(), "READY=1");
  EXPECT_EQ(manager.watchdog(), std::chrono::microseconds(500'000));
  EXPECT_EQ(std::getenv("NOTIFY_SOCKET"), nullptr);
  EXPECT_EQ(std::getenv("WATCHDOG_USEC"), nullptr);
}

TEST_F(Manager, WatchesOnlyWhomItNames) {
  setenv("WATCHDOG_USEC", "500000", 1);
  setenv("WATCHDOG_PID", "1", 1);
  EXPECT_FALSE(ServiceManager().watchdog().has_value());
}

TEST_F(Manager, GetsSignsOfLifeOnlyWhileWorkGoesOn) {
  setenv("WATCHDOG_USEC", "150000", 1);
  const ServiceManager manager;
  std::atomic<std::uint64_t> steps{0};
  std::atomic<bool> works{true};
  const Watchdog watchdog(
      manager,
      [&] {
        if (works) ++steps;
        return Watchdog::Pulse{steps, steps};
      },
      [](alert::NoticeEvent) {});
  EXPECT_EQ(told(), "WATCHDOG=1");
  EXPECT_EQ(told(), "WATCHDOG=1");
  works = false;
  while (!told().empty()) {
  }
  works = true;
  EXPECT_EQ(told(), "WATCHDOG=1");
}

TEST(NoManager, IsToldNothing) {
  const ServiceManager manager;
  manager.tell("READY=1");
  EXPECT_FALSE(manager.watchdog().has_value());
}

}  // namespace
}  // namespace outspan::app
