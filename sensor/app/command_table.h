#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace outspan::app {

/// One option or argument of a command, as `--help` shows it.
struct OptionEntry {
  std::vector<std::string> names;  ///< "-c", "--config"; empty: an argument without a name
  std::string value;               ///< "FILE", "PATH ..."; empty: a flag
  std::string help;
  bool required = false;
};

/// One command, as `--help` shows it, with those below it.
struct CommandEntry {
  std::vector<std::string> words;  ///< "outspan", "fingerprint", "build"
  std::string help;
  std::string footer;  ///< "Exit status: ..."; of the command above where it has none
  std::vector<OptionEntry> options;
  std::vector<CommandEntry> commands;
};

/// What is hidden from `--help` is not in it.
CommandEntry command_table(const CLI::App& app);

}  // namespace outspan::app
