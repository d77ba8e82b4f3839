#include "app/system_call_filter.h"

#include <sched.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <ucontext.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace outspan::app {
namespace {

/// By what they are for. Nothing here changes who the process is, what it sees of the machine, or
/// other processes, but for signals to its workers.
constexpr const char* kAllowed[] = {
    // files and folders
    "access", "chdir", "chmod", "close", "close_range", "creat", "dup", "dup2", "dup3", "faccessat",
    "faccessat2", "fadvise64", "fallocate", "fchmod", "fchmodat", "fchown", "fcntl", "fdatasync",
    "flock", "fstat", "fstatfs", "fsync", "ftruncate", "getcwd", "getdents", "getdents64", "ioctl",
    "link", "linkat", "lseek", "lstat", "mkdir", "mkdirat", "newfstatat", "open", "openat",
    "openat2", "pread64", "preadv", "pwrite64", "pwritev", "read", "readlink", "readlinkat",
    "readv", "rename", "renameat", "renameat2", "rmdir", "sendfile", "stat", "statfs", "statx",
    "symlink", "symlinkat", "sync_file_range", "truncate", "umask", "unlink", "unlinkat",
    "utimensat", "write", "writev", "copy_file_range", "memfd_create", "inotify_init1",
    "inotify_add_watch", "inotify_rm_watch",
    // sockets, and waiting
    "accept", "accept4", "bind", "connect", "epoll_create", "epoll_create1", "epoll_ctl",
    "epoll_pwait", "epoll_pwait2", "epoll_wait", "eventfd", "eventfd2", "getpeername",
    "getsockname", "getsockopt", "listen", "pipe", "pipe2", "poll", "ppoll", "pselect6", "recvfrom",
    "recvmmsg", "recvmsg", "select", "sendmmsg", "sendmsg", "sendto", "setsockopt", "shutdown",
    "socketpair",
    // memory
    "brk", "madvise", "membarrier", "mincore", "mlock", "mlock2", "mmap", "mprotect", "mremap",
    "msync", "munlock", "munmap",
    // time
    "alarm", "clock_getres", "clock_gettime", "clock_nanosleep", "getitimer", "gettimeofday",
    "nanosleep", "setitimer", "time", "timer_create", "timer_delete", "timer_settime",
    "timerfd_create", "timerfd_gettime", "timerfd_settime", "times",
    // threads, and what the C library asks about the process
    "arch_prctl", "exit", "exit_group", "futex", "get_robust_list", "getcpu", "getegid", "geteuid",
    "getgid", "getgroups", "getpgid", "getpgrp", "getpid", "getppid", "getpriority", "getrandom",
    "getresgid", "getresuid", "getrlimit", "getrusage", "getsid", "gettid", "getuid", "prctl",
    "prlimit64", "restart_syscall", "rseq", "sched_get_priority_max", "sched_get_priority_min",
    "sched_getaffinity", "sched_getparam", "sched_getscheduler", "sched_setaffinity", "sched_yield",
    "set_robust_list", "set_tid_address", "setrlimit", "sysinfo", "uname",
    // signals
    "rt_sigaction", "rt_sigpending", "rt_sigprocmask", "rt_sigreturn", "rt_sigsuspend",
    "rt_sigtimedwait", "sigaltstack", "tgkill", "pause",
    // worker programs: starting them, what they lock themselves in with, ending them
    "capget", "capset", "execve", "fork", "kill", "seccomp", "setgroups", "setpgid", "setpriority",
    "setresgid", "setresuid", "vfork", "wait4", "waitid"};

constexpr int kFamilies[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET};

constexpr int kNoCall = -1;
std::atomic<int> refused{kNoCall};

/// The call has not been made: it fails.
extern "C" void on_refused(int, siginfo_t* info, void* context) {
  refused.store(info->si_syscall);
  static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RAX] = -EPERM;
}

bool allow_with_arguments(scmp_filter_ctx filter) {
  for (const int family : kFamilies) {
    const scmp_arg_cmp of_family{0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(family), 0};
    if (seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1, &of_family) != 0)
      return false;
  }
  // No namespaces of its own. The flags of clone3 cannot be looked at: the C library does without.
  constexpr scmp_datum_t kNamespaces = CLONE_NEWCGROUP | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWNS |
                                       CLONE_NEWPID | CLONE_NEWUSER | CLONE_NEWUTS;
  const scmp_arg_cmp in_ours{0, SCMP_CMP_MASKED_EQ, kNamespaces, 0};
  return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, &in_ours) == 0 &&
         seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0;
}

bool allow_what_is_needed(scmp_filter_ctx filter) {
  for (const char* name : kAllowed) {
    const int number = seccomp_syscall_resolve_name(name);
    if (number == __NR_SCMP_ERROR || seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0) != 0)
      return false;
  }
  return allow_with_arguments(filter);
}

}  // namespace

std::string filter_system_calls() {
  struct sigaction action {};
  action.sa_sigaction = on_refused;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  if (sigaction(SIGSYS, &action, nullptr) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return std::strerror(errno);
  const auto filter = seccomp_init(SCMP_ACT_TRAP);
  if (filter == nullptr) return "no memory";
  seccomp_attr_set(filter, SCMP_FLTATR_CTL_SSB, 1);  // if it can
  // All threads; decided by a tree, since packets are waited for by system calls. Older kernels
  // slow down whoever has a filter, for the sake of code that runs scripts of others (SSB): we run
  // none.
  const bool good = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0 &&
                    seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0 &&
                    allow_what_is_needed(filter);
  std::string problem = good ? "" : "the filter cannot be made";
  if (good && seccomp_load(filter) != 0) problem = "this kernel loads no filter";
  seccomp_release(filter);
  return problem;
}

std::string take_refused_call() {
  const int number = refused.exchange(kNoCall);
  if (number == kNoCall) return {};
  const std::unique_ptr<char, void (*)(void*)> name(
      seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number), std::free);
  return name ? name.get() : "number " + std::to_string(number);
}

std::string refused_call_sentence(const std::string& call) {
  return "the sensor asked the kernel for " + call +
         ", which it never needs, and was refused: a fault of the sensor, or somebody else's code "
         "in "
         "it. Restart it, and look at what it had read";
}

}  // namespace outspan::app
