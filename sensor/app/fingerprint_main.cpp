#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstdio>
#include <exception>

#include "app/commands.h"
#include "app/fingerprint_command_line.h"
#include "app/memory_privacy.h"

namespace {

using outspan::app::FingerprintCommand;

/// The sensor has read the same command line and found no mistake in it.
int run_command_line(int argc, char** argv) {
  CLI::App app("Reads tables of customers for outspan, which starts this program");
  app.name("outspan");
  app.require_subcommand(1);
  bool core_files = false;
  app.add_flag("--core-files", core_files, "allow core files and debuggers");
  outspan::app::FingerprintCommandLine line;
  FingerprintCommand command{};
  line.add_to(app, [&command](FingerprintCommand chosen) { command = chosen; });
  CLI11_PARSE(app, argc, argv);
  if (!core_files) outspan::app::keep_memory_private();
  switch (command) {
    case FingerprintCommand::build: return fingerprint_build(line.options());
    case FingerprintCommand::update: return fingerprint_update(line.options());
    case FingerprintCommand::lookup: return fingerprint_lookup(line.options());
    default: break;
  }
  std::fprintf(stderr, "outspan: this command is outspan's own\n");
  return outspan::app::exit_status::kUsage;
}

}  // namespace

int main(int argc, char** argv) {
  // The table is in this memory: it must not get into a core file.
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);
  try {
    return run_command_line(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "outspan: %s\n", error.what());
    return outspan::app::exit_status::kFatal;
  }
}
