#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "app/fingerprint_options.h"

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

}  // namespace outspan::app
