#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "alert/net/receiver_url.h"
#include "app/commands.h"
#include "app/problems.h"
#include "app/search.h"
#include "config/config_file.h"
#include "fingerprint/index/index.h"

namespace outspan::app {
namespace {

Result<config::Config> load(const std::string& path) {
  if (path.empty()) return config::default_config();
  return config::load_config(path);
}

/// What would keep an output from being opened, without opening it.
void check_outputs(const config::Config& config, Problems& problems) {
  for (const config::Output& output : config.outputs) {
    if (output.type == config::OutputType::syslog)
      if (const auto url = alert::parse_receiver_url(output.url); !url && !output.url.empty())
        problems.insert(problems.end(), url.problems().begin(), url.problems().end());
    if (output.type != config::OutputType::file || output.file.empty() || output.file == "-")
      continue;
    const auto folder = std::filesystem::path(output.file).parent_path();
    std::error_code error;
    if (!folder.empty() && !std::filesystem::is_directory(folder, error))
      problems.push_back({output.file, "its folder does not exist: " + folder.string()});
  }
}

/// Of a configuration that is not good as a whole: are the indexes there?
void check_index_files(const config::Config& config, Problems& problems) {
  for (const config::Fingerprint& fingerprint : config.fingerprints)
    if (const auto header = fingerprint::read_header(fingerprint.index); !header)
      problems.insert(problems.end(), header.problems().begin(), header.problems().end());
}

bool is_private(const IpPrefix& prefix) {
  for (const char* text : {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10",
                           "169.254.0.0/16", "127.0.0.0/8", "fc00::/7", "fe80::/10"})
    if (const auto range = IpPrefix::parse(text);
        range->contains(prefix.network) && prefix.bits >= range->bits)
      return true;
  return false;
}

/// What is allowed, but blinds a sensor if it was not meant.
std::vector<std::string> home_network_warnings(const PrefixSet& home) {
  if (home.empty())
    return {"home_networks is empty: nothing counts as leaving the network, and no alert can come"};
  std::vector<std::string> warnings;
  for (const IpPrefix& prefix : home.prefixes())
    if (!is_private(prefix))
      warnings.push_back("home_networks: " + prefix.to_string() +
                         " is public: what is sent to it does not count as leaving; right only if "
                         "the network is your own");
  return warnings;
}

int print_all(Problems problems) {
  // One mistake may be met twice, by its reader and by who uses it.
  Problems once;
  for (Problem& problem : problems) {
    const auto same = [&problem](const Problem& other) {
      return other.to_string() == problem.to_string();
    };
    if (std::none_of(once.begin(), once.end(), same)) once.push_back(std::move(problem));
  }
  print_problems(once);
  return exit_status::kUsage;
}

}  // namespace

int config_check(const std::string& path) {
  const config::ConfigDraft draft = config::draft_config(path);
  Problems problems = draft.problems;
  const auto keep = [&problems](const Problems& more) {
    problems.insert(problems.end(), more.begin(), more.end());
  };
  const auto loader = SearchLoader::open(draft.config);
  Result<SearchPtr> search = SearchPtr();
  if (loader)
    search = loader->load();
  else
    check_index_files(draft.config, problems);
  if (!loader) keep(loader.problems());
  if (!search) keep(search.problems());
  check_outputs(draft.config, problems);
  for (const std::string& warning : home_network_warnings(draft.config.home_networks))
    std::fprintf(stderr, "outspan: %s: warning: %s\n", path.c_str(), warning.c_str());
  if (!problems.empty()) return print_all(std::move(problems));
  std::printf("%s: good (%zu rules, %zu signatures, %zu indexes)\n", path.c_str(),
              draft.config.rules.size(), loader->signatures()->size(),
              (*search)->basis->labels->size());
  return exit_status::kEnd;
}

int config_show(const std::string& path) {
  const auto config = load(path);
  if (!config) return print_problems(config.problems()), exit_status::kUsage;
  std::fputs(config::to_yaml(*config).c_str(), stdout);
  return exit_status::kEnd;
}

int config_init(const std::string& path) {
  if (path.empty()) return std::fputs(config::starter_file().c_str(), stdout), exit_status::kEnd;
  // "x": an existing configuration is never overwritten.
  std::FILE* file = std::fopen(path.c_str(), "wx");
  const bool written = file != nullptr && std::fputs(config::starter_file().c_str(), file) >= 0;
  if ((file != nullptr && std::fclose(file) != 0) || !written) {
    std::fprintf(stderr, "outspan: %s: cannot be written: %s\n", path.c_str(),
                 std::strerror(errno));
    return exit_status::kUsage;
  }
  std::printf("%s written; check it with: outspan config check %s\n", path.c_str(), path.c_str());
  return exit_status::kEnd;
}

}  // namespace outspan::app
