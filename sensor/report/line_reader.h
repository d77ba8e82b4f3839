#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace outspan::report {

struct LinesRead {
  std::uint64_t too_long = 0;  ///< lines that were passed over
  int error = 0;               ///< errno of the read that ended it; 0: its end
};

/// Gives each line of a file, without its line feed. `file`: a descriptor, not owned.
/// Memory: 4 MiB, which is more than any event has; longer lines are passed over.
LinesRead read_lines(int file, const std::function<void(std::string_view)>& line);

}  // namespace outspan::report
