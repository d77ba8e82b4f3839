#pragma once

#include <string>

#include "app/command_table.h"

namespace outspan::app {

/// Scripts that complete the command line in a shell: commands, options, and what an option takes
/// (files, interfaces, users, formats ...).
std::string bash_completion(const CommandEntry& program);
std::string zsh_completion(const CommandEntry& program);

}  // namespace outspan::app
