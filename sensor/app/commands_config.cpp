
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "app/commands.h"
#include "app/problems.h"
#include "app/search.h"
#include "config/config_file.h"

namespace outspan::app {
namespace {

Result<config::Config> load(const std::string& path) {
  if (path.empty()) return config::default_config();
  return config::load_config(path);
}

}  // namespace

int config_check(const std::string& path) {
  const auto config = load(path);
  if (!config) return print_problems(config.problems()), exit_status::kUsage;
  const auto loader = SearchLoader::open(*config);
  if (!loader) return print_problems(loader.problems()), exit_status::kUsage;
  const auto search = loader->load();
  if (!search) return print_problems(search.problems()), exit_status::kUsage;
  std::printf("%s: good (%zu rules, %zu signatures, %zu indexes)\n", path.c_str(),
              config->rules.size(), loader->signatures()->size(), (*search)->basis->labels->size());
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
