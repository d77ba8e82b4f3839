#include "unpack/worker/isolation.h"

#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>

namespace outspan::unpack {
namespace {

/// Not of processes: that takes a second process, and the filter of sandbox.h refuses every call
/// that reaches one.
constexpr int kNamespaces = CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNS;
/// Debian's nobody and nogroup.
constexpr uid_t kNobody = 65534;

/// Nothing depends on it: opening is refused anyway, and a kernel may refuse this.
void empty_root_folder() noexcept {
  constexpr const char* kPlace = "/proc";  // any folder that is there
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return;
  if (mount("none", kPlace, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=4k,mode=0") != 0)
    return;
  if (chdir(kPlace) != 0 || syscall(SYS_pivot_root, ".", ".") != 0) return;
  if (umount2(".", MNT_DETACH) == 0) static_cast<void>(!chdir("/"));
}

/// A filter of `live` is in force here as well, and takes the call for that of somebody else's
/// code.
bool system_calls_are_filtered() noexcept { return prctl(PR_GET_SECCOMP) != 0; }

bool enter_namespaces(int flags) noexcept {
  if (system_calls_are_filtered() || unshare(flags) != 0) return false;
  empty_root_folder();
  return true;
}

bool become_nobody() noexcept {
  return setgroups(0, nullptr) == 0 && setresgid(kNobody, kNobody, kNobody) == 0 &&
         setresuid(kNobody, kNobody, kNobody) == 0;
}

bool drop_capabilities() noexcept {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  if (syscall(SYS_capset, &header, sets.data()) == 0) return true;
  // A service manager may refuse the call to processes that have none.
  if (syscall(SYS_capget, &header, sets.data()) != 0) return false;
  for (const auto& set : sets)
    if ((set.effective | set.permitted | set.inheritable) != 0) return false;
  return true;
}

}  // namespace

bool isolate() noexcept {
  const bool own = enter_namespaces(kNamespaces);
  if (geteuid() == 0 && !become_nobody()) return false;
  // Without privileges only inside a user namespace; nobody is mapped into it.
  if (!own) enter_namespaces(CLONE_NEWUSER | kNamespaces);
  return drop_capabilities();
}

}  // namespace outspan::unpack
