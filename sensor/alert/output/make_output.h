#pragma once

#include <atomic>
#include <chrono>
#include <memory>

#include "alert/output/output.h"
#include "config/config.h"
#include "core/result.h"
#include "spool/spool.h"

namespace outspan::alert {

/// What an output is made for.
struct Surroundings {
  /// Where events come from; nullptr: they are handed to the outputs.
  spool::Spool* spool = nullptr;
  /// Packets do not wait for receivers.
  bool live = false;
  /// True once the run is to end.
  const std::atomic<bool>& stopping;
  /// At the end: how long a receiver is waited for that makes no progress. What is not delivered
  /// then is lost, or is in the spool. 0: as it is right for a run.
  std::chrono::milliseconds patience{0};
};

/// Opens the file or the connection that `output` describes. `config` and what `surroundings` names
/// outlive the output.
///
/// "-" is standard output. A syslog output without a URL writes its lines to the file. A receiver
/// that cannot be reached yet is no error: the connection is tried again. Of a replay's receiver at
/// least the name must be known.
Result<std::unique_ptr<Output>> make_output(const config::Output& output,
                                            const config::Config& config,
                                            const Surroundings& surroundings);

}  // namespace outspan::alert
