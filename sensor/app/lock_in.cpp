#include "app/lock_in.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "app/control_socket.h"
#include "app/privileges.h"
#include "app/system_call_filter.h"

namespace outspan::app {
namespace {

/// What a reload reads again.
std::vector<std::string> files_of_a_reload(const RunOptions& options,
                                           const config::Config& config) {
  std::vector<std::string> files;
  for (const std::string& path : config.signatures)
    if (path != "builtin") files.push_back(path);
  if (!options.config_file.empty()) files.push_back(options.config_file);
  for (const config::Fingerprint& fingerprint : config.fingerprints) {
    files.push_back(fingerprint.index);
    if (!fingerprint.key_file.starts_with("credential:")) files.push_back(fingerprint.key_file);
  }
  return files;
}

}  // namespace

Problems change_user(const RunOptions& options, const config::Config& config) {
  if (options.user.empty()) return {};
  const auto user = find_user(options.user);
  if (!user) return user.problems();
  std::vector<std::string> folders;
  for (const std::string& folder :
       {config.state_folder, config.spool.folder, config.evidence.folder})
    if (!folder.empty()) folders.push_back(folder);
  if (config.control.socket.empty() && ::geteuid() == 0)
    folders.push_back(std::filesystem::path(kControlPath).parent_path());
  Problems problems = make_folders(*user, folders);
  if (problems.empty()) problems = become(*user);
  if (!problems.empty()) return problems;
  for (const std::string& file : unreadable(files_of_a_reload(options, config)))
    std::fprintf(stderr, "outspan: %s may not read %s: a reload will be refused\n",
                 user->name.c_str(), file.c_str());
  return {};
}

void lock_in() {
  keep_capabilities_to_ourselves();
  if (const std::string problem = filter_system_calls(); !problem.empty())
    std::fprintf(stderr, "outspan: system calls are not filtered: %s\n", problem.c_str());
}

}  // namespace outspan::app
