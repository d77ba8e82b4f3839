#pragma once

#include <string>

#include "app/command_table.h"

namespace outspan::app {

/// "outspan-fingerprint-build": the name of a command's page, and of its file before ".1".
std::string manual_name(const CommandEntry& command);

/// The page of one command for man(1), in man(7). `above`: the command that it belongs to; nullptr:
/// none. `version`: of the program.
std::string manual_page(const CommandEntry& command, const CommandEntry* above,
                        const std::string& version);

}  // namespace outspan::app
