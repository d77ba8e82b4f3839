#include "unpack/worker/sandbox.h"

#include <fcntl.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ctime>

#include "unpack/pool/frame.h"
#include "unpack/worker/isolation.h"

namespace outspan::unpack {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif
#else
constexpr bool kSanitized = false;
#endif

extern "C" void on_socket_event(int) {
  const int kept = errno;
  char byte = 0;
  const ssize_t got = recv(kWorkerSocket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  // Closed; or ECONNRESET, when something of ours was not read there.
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) _exit(0);
  errno = kept;
}

/// The kernel tells when the other end of the socket is closed, also while a parser is busy.
/// Not PR_SET_PDEATHSIG: that is about the thread that started us, and the sensor's come and go.
bool die_with_parent() noexcept {
  struct sigaction action {};
  action.sa_handler = on_socket_event;
  action.sa_flags = SA_RESTART;
  if (sigaction(SIGIO, &action, nullptr) != 0) return false;
  const int flags = fcntl(kWorkerSocket, F_GETFL);
  return flags >= 0 && fcntl(kWorkerSocket, F_SETOWN, getpid()) == 0 &&
         fcntl(kWorkerSocket, F_SETFL, flags | O_ASYNC) == 0;
}

bool limit(__rlimit_resource what, rlim_t value) noexcept {
  const rlimit both{value, value};
  return setrlimit(what, &both) == 0;
}

/// Memory, time, its own descriptors, its own end. Everything else, opening above all, fails with
/// EPERM: libraries that look for a file of theirs go on without it.
constexpr int kAllowed[] = {
    SCMP_SYS(read),         SCMP_SYS(write),
    SCMP_SYS(recvmsg),      SCMP_SYS(recvfrom),
    SCMP_SYS(close),        SCMP_SYS(fstat),
    SCMP_SYS(lseek),        SCMP_SYS(mmap),
    SCMP_SYS(munmap),       SCMP_SYS(mremap),
    SCMP_SYS(mprotect),     SCMP_SYS(madvise),
    SCMP_SYS(brk),          SCMP_SYS(futex),
    SCMP_SYS(sched_yield),  SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday), SCMP_SYS(time),
    SCMP_SYS(getpid),       SCMP_SYS(gettid),
    SCMP_SYS(getrandom),    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(sigaltstack),  SCMP_SYS(exit),
    SCMP_SYS(exit_group),   SCMP_SYS(restart_syscall),
};

bool filter_system_calls() noexcept {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
  if (filter == nullptr) return false;
  bool good = true;
  for (const int call : kAllowed)
    good = good && seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) == 0;
  if (kSanitized)  // the sanitizers try out memory with a pipe
    good = good && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(pipe2), 0) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(pipe), 0) == 0;
  // abort() and assert(): to itself only.
  const scmp_arg_cmp to_itself{0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(getpid()), 0};
  good =
      good && seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, &to_itself) == 0;
  const scmp_arg_cmp of_its_cpu[] = {{0, SCMP_CMP_EQ, 0, 0}, {1, SCMP_CMP_EQ, RLIMIT_CPU, 0}};
  good = good &&
         seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, of_its_cpu) == 0;
  good = good && seccomp_load(filter) == 0;
  seccomp_release(filter);
  return good;
}

}  // namespace

bool lock_in(std::uint64_t memory_mib) noexcept {
  if (!isolate() || !die_with_parent()) return false;
  if (!limit(RLIMIT_CORE, 0) || !limit(RLIMIT_FSIZE, 0) || !limit(RLIMIT_NOFILE, 16)) return false;
  if (!kSanitized && !limit(RLIMIT_AS, memory_mib << 20)) return false;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0) return false;
  return filter_system_calls();
}

void limit_cpu(std::uint64_t seconds) noexcept {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  rlimit cpu{};
  getrlimit(RLIMIT_CPU, &cpu);
  cpu.rlim_cur = static_cast<rlim_t>(used.tv_sec) + seconds;
  setrlimit(RLIMIT_CPU, &cpu);
}

}  // namespace outspan::unpack
