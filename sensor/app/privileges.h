#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "core/result.h"

namespace outspan::app {

/// Whom a sensor that root started goes on as.
struct User {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
};

/// The user of that name, whom this process may become: root may become anybody else, who is that
/// user already stays it.
Result<User> find_user(const std::string& name);

/// Makes those of the folders that are not there (mode 0700) and gives them to the user. What is
/// there stays as it is.
Problems make_folders(const User& user, const std::vector<std::string>& folders);

/// Becomes the user for good, with its groups. Of all capabilities CAP_NET_RAW stays, so that an
/// interface that comes back can be opened; no program that is started from here inherits it, and
/// none gets more than this one has (no_new_privs). Before there are threads.
Problems become(const User& user);

/// Programs that are started from here get no capability (a service manager's ambient ones).
void keep_capabilities_to_ourselves() noexcept;

/// Those of the files that this process may not read.
std::vector<std::string> unreadable(const std::vector<std::string>& files);

}  // namespace outspan::app
