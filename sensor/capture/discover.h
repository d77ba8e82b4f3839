#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "capture/stop_signal.h"
#include "core/result.h"

namespace outspan::capture {

struct Discovered {
  /// In the order to be read.
  std::vector<std::string> files;
  /// Files in folders that are no captures.
  std::uint64_t ignored = 0;
  /// Sizes of the files; 0 if one of them has none (a pipe).
  std::uint64_t bytes_total = 0;
  Problems problems;
};

/// Replaces folders by the captures below them. Files are not looked into unless they are found in
/// a folder, where the first packet's time decides the order, and the name between equals.
Discovered discover(const std::vector<std::string>& paths, const StopSignal& stop);

}  // namespace outspan::capture
