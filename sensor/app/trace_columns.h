#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace outspan::app {

/// The columns of a table by the words of its first line, as `--column` takes them: "E-Mail:email".
/// What no word fits is left out. `header`: CSV or TSV.
std::vector<std::string> guess_columns(std::string_view header);

}  // namespace outspan::app
