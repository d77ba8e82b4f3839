#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

namespace outspan {

/// Puts `text` into `path`: whoever reads it sees one whole text, the old one or this. `mode`: of
/// the file, whatever the umask. What is there and is no regular file (a pipe, a terminal) is
/// written to. Empty, or what went wrong.
std::string replace_file(const std::string& path, std::string_view text, mode_t mode);

/// Empty where replace_file may be expected to work. Leaves `path` as it is.
std::string replace_file_problem(const std::string& path);

}  // namespace outspan
