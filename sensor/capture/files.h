#pragma once

#include <memory>
#include <string>
#include <vector>

#include "capture/source.h"
#include "core/result.h"

namespace outspan::capture {

struct FileOptions {
  /// BPF; empty takes everything.
  std::string filter;
};

/// Reads captures one after the other: files, "-" (standard input), and folders, which stand for
/// the captures anywhere below them in the order of their first packets.
///
/// What cannot be read becomes one of the source's problems() and the rest goes on, even if nothing
/// is left. The only error is a filter that libpcap does not understand.
Result<std::unique_ptr<Source>> open_files(const std::vector<std::string>& paths,
                                           const FileOptions& options);

}  // namespace outspan::capture
