#include "app/privileges.h"

#include <cap-ng.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/file_descriptor.h"

namespace outspan::app {

Result<User> find_user(const std::string& name) {
  const passwd* const entry = ::getpwnam(name.c_str());
  if (entry == nullptr) return Problem{"--user", "there is no user '" + name + "' here"};
  User user{name, entry->pw_uid, entry->pw_gid};
  if (::geteuid() != 0 && ::geteuid() != user.uid)
    return Problem{"--user", "only root can go on as another user"};
  if (user.uid == 0) return Problem{"--user", "root has every privilege: name another user"};
  return user;
}

Problems make_folders(const User& user, const std::vector<std::string>& folders) {
  Problems problems;
  for (const std::string& folder : folders) {
    if (::mkdir(folder.c_str(), 0700) != 0) {
      if (errno != EEXIST)
        problems.push_back({folder, std::string("cannot be made: ") + std::strerror(errno)});
      continue;
    }
    const FileDescriptor made(
        ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!made || ::fchown(made.get(), user.uid, user.gid) != 0)
      problems.push_back({folder, "cannot be given to " + user.name + ": " + std::strerror(errno)});
  }
  return problems;
}

Problems become(const User& user) {
  const auto failed = [&user](const char* what) {
    return Problems{{"--user", "cannot go on as " + user.name + ": " + what}};
  };
  if (::geteuid() == 0) {
    capng_clear(CAPNG_SELECT_BOTH);
    if (capng_update(CAPNG_ADD, static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED),
                     CAP_NET_RAW) != 0 ||
        capng_change_id(static_cast<int>(user.uid), static_cast<int>(user.gid),
                        static_cast<capng_flags_t>(CAPNG_INIT_SUPP_GRP | CAPNG_CLEAR_BOUNDING |
                                                   CAPNG_CLEAR_AMBIENT)) != 0)
      return failed("user, groups or capabilities cannot be changed");
    if (::setuid(0) == 0) return failed("root could be had again");
  }
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return failed(std::strerror(errno));
  return {};
}

void keep_capabilities_to_ourselves() noexcept {
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

std::vector<std::string> unreadable(const std::vector<std::string>& files) {
  std::vector<std::string> found;
  for (const std::string& file : files)
    if (::access(file.c_str(), R_OK) != 0) found.push_back(file);
  return found;
}

}  // namespace outspan::app
