#include <unistd.h>

#include <cstdio>
#include <thread>

#include "app/commands.h"
#include "app/control_socket.h"
#include "app/problems.h"
#include "config/config_file.h"

namespace outspan::app {
namespace {

constexpr std::chrono::seconds kStatusPatience{10};
/// Longer than the sensor waits until a large index is in force.
constexpr std::chrono::seconds kReloadPatience{150};
constexpr std::chrono::seconds kWatchInterval{2};

Result<std::string> path_of(const ControlOptions& options) {
  if (!options.socket.empty()) return options.socket;
  if (!options.config_file.empty()) {
    const auto config = config::load_config(options.config_file);
    if (!config) return config.problems();
    if (!config->control.socket.empty()) return config->control.socket;
  }
  return std::string(kControlPath);
}

}  // namespace

int status(const ControlOptions& options) {
  const auto path = path_of(options);
  if (!path) return print_problems(path.problems()), exit_status::kUsage;
  const bool terminal = isatty(STDOUT_FILENO) == 1;
  for (;;) {
    const auto answer = ask_sensor(*path, options.json ? "status json" : "status", kStatusPatience);
    if (!answer) return print_problems(answer.problems()), exit_status::kUsage;
    if (options.watch && terminal && !options.json) std::fputs("\033[H\033[2J", stdout);
    const bool written = std::fputs(answer->c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
    if (!options.watch || !written) return exit_status::kEnd;
    std::this_thread::sleep_for(kWatchInterval);
  }
}

int reload(const ControlOptions& options) {
  const auto path = path_of(options);
  if (!path) return print_problems(path.problems()), exit_status::kUsage;
  const auto answer = ask_sensor(*path, "reload", kReloadPatience);
  if (!answer) {
    print_problems(answer.problems());
    std::fprintf(
        stderr, "outspan: without it: systemctl reload outspan, or kill -HUP and its process id\n");
    return exit_status::kUsage;
  }
  const bool reloaded = answer->starts_with("reloaded\n");
  std::fputs(answer->c_str(), reloaded ? stdout : stderr);
  return reloaded ? exit_status::kEnd : exit_status::kIncomplete;
}

}  // namespace outspan::app
