#pragma once

#include <functional>

#include "app/fingerprint_options.h"

namespace CLI {
class App;
}

namespace outspan::app {

/// The command line of `outspan fingerprint`. The sensor and outspan-fingerprint, which it starts
/// for some of the commands, read it with the same words. Outlives the parser that it was added to.
class FingerprintCommandLine {
 public:
  /// `chosen` is called once the command line has been read.
  void add_to(CLI::App& app, std::function<void(FingerprintCommand)> chosen);

  [[nodiscard]] const FingerprintOptions& options() const noexcept { return options_; }

 private:
  void add_build(CLI::App& command);
  void add_update(CLI::App& command);
  void add_source_options(CLI::App& command);
  void add_lookup(CLI::App& command);
  void add_index(CLI::App& command);

  FingerprintOptions options_;
};

/// What the command line of outspan-fingerprint says: the same words as outspan's.
struct FingerprintInvocation {
  FingerprintOptions options;
  FingerprintCommand command{};
  bool core_files = false;
};
/// Ends the program with a message if a word is wrong: the sensor has read the same words before.
FingerprintInvocation parse_fingerprint_invocation(int argc, char** argv);

}  // namespace outspan::app
