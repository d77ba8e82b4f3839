#pragma once

#include "app/run_options.h"
#include "config/config.h"
#include "core/result.h"

/// What a live sensor gives up.
namespace outspan::app {

/// Once interfaces, keys and indexes are open, and before anything is that it writes to: goes on as
/// the user that was asked for, if one was, and says on standard error what that user may not read.
Problems change_user(const RunOptions& options, const config::Config& config);

/// Once everything is open: what the sensor never does when it runs, the kernel refuses from now
/// on.
void lock_in();

}  // namespace outspan::app
