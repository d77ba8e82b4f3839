#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstdio>
#include <exception>

#include "app/commands.h"
#include "app/fingerprint_command_line.h"
#include "app/memory_privacy.h"

namespace {

using outspan::app::FingerprintCommand;

int run_command_line(int argc, char** argv) {
  const auto invocation = outspan::app::parse_fingerprint_invocation(argc, argv);
  if (!invocation.core_files) outspan::app::keep_memory_private();
  switch (invocation.command) {
    case FingerprintCommand::build: return fingerprint_build(invocation.options);
    case FingerprintCommand::update: return fingerprint_update(invocation.options);
    case FingerprintCommand::lookup: return fingerprint_lookup(invocation.options);
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
