#pragma once

#include <memory>
#include <string>

#include "alert/event.h"
#include "config/config.h"
#include "core/result.h"
#include "core/stats.h"

namespace outspan::alert {

/// Where events go to.
/// Thread: delivery's; report() when the output is not being written to.
class Output {
 public:
  virtual ~Output() = default;
  /// Events of other types than the output wants are passed over. An event that cannot be written
  /// is counted; the next one is tried again.
  virtual void write(const Event& event) noexcept = 0;
  /// What is buffered goes out, as far as the receiver takes it now. Does not wait.
  virtual void flush() noexcept = 0;
  /// Events written, lost and failed: "output.json.written" ...
  virtual void report(Stats& stats) const = 0;
  /// What went wrong last, for the operator; empty: nothing has. The text is given once.
  virtual std::string take_problem() { return {}; }
};

/// Opens the file or the connection that `output` describes. `config` outlives the output.
///
/// "-" is standard output. A syslog output
/// without a URL writes its lines to the file. A syslog receiver that cannot be reached yet is no
/// error: the connection is tried again while events come. A name that does not resolve is one.
/// Destroying a syslog output waits up to some seconds for what is queued.
Result<std::unique_ptr<Output>> make_output(const config::Output& output,
                                            const config::Config& config);

}  // namespace outspan::alert
