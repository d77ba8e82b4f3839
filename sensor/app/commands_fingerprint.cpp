#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "app/commands.h"
#include "app/fingerprint_options.h"
#include "app/problems.h"
#include "core/program.h"
#include "fingerprint/index/header_text.h"
#include "fingerprint/index/index.h"

namespace outspan::app {

int fingerprint_info(const FingerprintOptions& given) {
  const auto header = fingerprint::read_header(given.index);
  if (!header) return print_problems(header.problems()), exit_status::kUsage;
  struct stat status {};
  stat(given.index.c_str(), &status);
  std::fputs(fingerprint::header_text(*header, static_cast<std::uint64_t>(status.st_size)).c_str(),
             stdout);
  return exit_status::kEnd;
}

int fingerprint_verify(const FingerprintOptions& given) {
  fingerprint::KeyPtr key;
  if (!given.key.empty()) {
    auto loaded = fingerprint::Key::load(given.key);
    if (!loaded) return print_problems(loaded.problems()), exit_status::kUsage;
    key = *loaded;
  }
  if (auto problem = fingerprint::verify(given.index, key))
    return print_problems({*problem}), exit_status::kIncomplete;
  std::printf("%s: good%s\n", given.index.c_str(),
              key ? "" : " (whether it is genuine only --key can tell)");
  return exit_status::kEnd;
}

int run_builder(char** arguments) {
  const std::string program = find_program("outspan-fingerprint");
  const char* problem = "is not there (beside this program or in ../libexec/outspan)";
  if (!program.empty()) {
    execv(program.c_str(), arguments);
    problem = std::strerror(errno);
  }
  print_problems({{"outspan-fingerprint", problem}});
  return exit_status::kFatal;
}

}  // namespace outspan::app
