#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>

#include "app/commands.h"
#include "app/lock_in.h"
#include "app/memory_privacy.h"
#include "app/problems.h"
#include "app/receivers.h"
#include "app/run.h"
#include "app/search.h"
#include "app/signals.h"
#include "capture/files.h"
#include "capture/live.h"

namespace outspan::app {
namespace {

Problems cpu_problems(const std::vector<unsigned>& cpus) {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (cpus.empty() || sched_getaffinity(0, sizeof allowed, &allowed) != 0) return {};
  Problems problems;
  for (const unsigned cpu : cpus)
    if (!CPU_ISSET(cpu, &allowed))
      problems.push_back({"cpus", "core " + std::to_string(cpu) +
                                      " is not there, or this process may not run on it"});
  return problems;
}

/// A file that is read must not be written over.
Problems outputs_that_are_inputs(const config::Config& config, const RunOptions& options,
                                 bool is_live) {
  Problems problems;
  if (is_live) return problems;
  std::vector<std::string> written = {options.report};
  for (const config::Output& output : config.outputs) written.push_back(output.file);
  for (const std::string& output : written)
    for (const std::string& input : options.inputs) {
      std::error_code missing;
      if (std::filesystem::equivalent(output, input, missing) && !missing)
        problems.push_back({output, "is a capture that is read: its events go elsewhere"});
    }
  return problems;
}

/// A check may run beside the sensor whose configuration it uses.
void write_nothing(config::Config& config) {
  config.outputs.clear();
  config.state_folder.clear();
  config.spool = {};
  config.evidence = {};
  config.metrics = {};
}

/// Answers inside are looked at, and nothing but what is usual is written.
Problems only_learn(config::Config& config) {
  const std::string folder = config.state_folder;
  write_nothing(config);
  config.state_folder = folder;
  config.directions = {Direction::internal};
  config.access.enabled = true;
  Problems problems;
  if (folder.empty())
    problems.push_back({"access learn",
                        "what is learned has to be kept: give a folder with "
                        "--state, or state.folder in the configuration"});
  if (config.fingerprints.empty())
    problems.push_back({"access learn",
                        "customers are known by an index: give --fingerprints and "
                        "--key, or fingerprints in the configuration"});
  return problems;
}

/// Checks everything that the operator gave before anything runs, and tells all that is wrong.
template <class OpenSource>
int check_and_run(const RunOptions& options, bool is_live, OpenSource open_source) {
  if (is_live) install_reload_signal();
  auto config =
      is_live ? live_config(options) : effective_config(options, false, isatty(STDOUT_FILENO) == 1);
  if (!config) return print_problems(config.problems()), exit_status::kUsage;
  if (options.check_seconds != 0) write_nothing(*config);
  if (options.learn_access) {
    const Problems wrong = only_learn(*config);
    print_problems(wrong);
    if (!wrong.empty()) return exit_status::kUsage;
  }
  auto loader = SearchLoader::open(*config);
  Result<SearchPtr> search = SearchPtr();
  if (loader) search = loader->load();
  if (search && is_live) search = of_first_generation(**search);
  Result<std::unique_ptr<capture::Source>> source = open_source(*config);
  if (!loader) print_problems(loader.problems());
  if (!search) print_problems(search.problems());
  if (!source) print_problems(source.problems());
  const Problems pinning = cpu_problems(config->capture.cpus);
  print_problems(pinning);
  if (!loader || !search || !source || !pinning.empty()) return exit_status::kUsage;
  if (Problems failed = change_user(options, *config); !failed.empty())
    return print_problems(failed), exit_status::kUsage;
  if (Problems same = outputs_that_are_inputs(*config, options, is_live); !same.empty())
    return print_problems(same), exit_status::kUsage;
  warn_of_unlocked_keys();
  auto receivers = open_receivers(options, *config, is_live, stopping());
  if (!receivers) {
    print_problems(receivers.problems());
    if (!options.user.empty())
      std::fprintf(stderr, "outspan: files are written as the user %s, who has to be allowed to\n",
                   options.user.c_str());
    return exit_status::kUsage;
  }
  if (options.verbose)
    std::fprintf(stderr, "outspan: %zu signatures, %zu indexes, %zu rules, %zu outputs\n",
                 loader->signatures()->size(), (*search)->basis->labels->size(),
                 config->rules.size(), receivers->outputs.size());
  if (is_live) lock_in();
  return run(options, *config, std::move(*loader), std::move(*search), std::move(*receivers),
             **source, is_live);
}

}  // namespace

int replay(const RunOptions& options) {
  return check_and_run(options, false, [&options](const config::Config& config) {
    capture::FileOptions file_options;
    file_options.filter = config.capture.filter;
    return capture::open_files(options.inputs, file_options);
  });
}

int access_learn(RunOptions options) {
  options.learn_access = true;
  const int status = replay(options);
  if (status == exit_status::kEnd || status == exit_status::kIncomplete)
    std::fprintf(stderr, "outspan: learned; `outspan access list` shows it\n");
  return status;
}

int live(const RunOptions& options) {
  return check_and_run(
      options, true, [](const config::Config& config) -> Result<std::unique_ptr<capture::Source>> {
        if (config.capture.interfaces.empty())
          return Problem{"live",
                         "no interface is named: give one with -i, or capture.interfaces in "
                         "the configuration"};
        return capture::open_live(config.capture);
      });
}

}  // namespace outspan::app
