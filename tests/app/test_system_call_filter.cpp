#include "app/system_call_filter.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "app/watchdog.h"

namespace outspan::app {
namespace {

constexpr int kGood = 42;

/// Status of a child that has the filter, and then does this; a filter is for ever.
int with_filter(const std::function<bool()>& what) {
  const pid_t child = fork();
  if (child == 0) {
    if (!filter_system_calls().empty()) _exit(1);
    _exit(what() ? kGood : 2);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST(SystemCallFilter, RefusesWhatASensorNeverDoesAndSaysIt) {
  struct Row {
    const char* call;
    std::function<long()> make;
  };
  const Row rows[] = {{"ptrace", [] { return ptrace(PTRACE_TRACEME, 0, nullptr, nullptr); }},
                      {"unshare", [] { return unshare(CLONE_NEWNET); }},
                      {"setuid", [] { return static_cast<long>(setuid(0)); }},
                      {"socket", [] { return socket(AF_BLUETOOTH, SOCK_STREAM, 0); }}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.call);
    EXPECT_EQ(with_filter([&row] {
                errno = 0;
                return row.make() == -1 && errno == EPERM && take_refused_call() == row.call &&
                       take_refused_call().empty();
              }),
              kGood);
  }
  EXPECT_NE(refused_call_sentence("ptrace").find("ptrace"), std::string::npos);
}

TEST(SystemCallFilter, ARefusalBecomesANotice) {
  EXPECT_EQ(with_filter([] {
              std::atomic<bool> told{false};
              const ServiceManager manager;
              const Watchdog watchdog(
                  manager, [] { return Watchdog::Pulse{}; },
                  [&told](const alert::NoticeEvent& notice) {
                    told = notice.kind == "system_call_refused" &&
                           notice.detail.find("unshare") != std::string::npos;
                  });
              unshare(CLONE_NEWNET);
              for (int i = 0; i < 300 && !told; ++i)
                std::this_thread::sleep_for(std::chrono::milliseconds(100));
              return told.load();
            }),
            kGood);
}

TEST(SystemCallFilter, LetsThreadsSocketsAndProgramsBe) {
  EXPECT_EQ(
      with_filter([] {
        bool heard = false;
        std::thread([&heard] { heard = socket(AF_PACKET, SOCK_RAW, 0) >= 0 || errno != 0; }).join();
        const pid_t child = fork();
        if (child == 0) {
          execl("/bin/true", "true", nullptr);
          _exit(9);
        }
        int status = 1;
        waitpid(child, &status, 0);
        return heard && status == 0 && take_refused_call().empty();
      }),
      kGood);
}

TEST(SystemCallFilter, HoldsForThreadsThatWereThereBefore) {
  const pid_t child = fork();
  if (child == 0) {
    std::atomic<bool> filtered{false};
    long answer = 0;
    std::thread before([&] {
      while (!filtered) std::this_thread::yield();
      answer = unshare(CLONE_NEWUTS);
    });
    const bool good = filter_system_calls().empty();
    filtered = true;
    before.join();
    _exit(good && answer == -1 && take_refused_call() == "unshare" ? kGood : 2);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), kGood);
}

}  // namespace
}  // namespace outspan::app
