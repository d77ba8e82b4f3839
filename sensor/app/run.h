#pragma once

#include "app/receivers.h"
#include "app/run_options.h"
#include "app/search.h"
#include "capture/source.h"
#include "config/config.h"

namespace outspan::app {

/// Inspects what the source gives until it ends, once everything that the operator could have got
/// wrong is known to be right. Gives the exit status. Options, config and source outlive it.
int run(const RunOptions& options, const config::Config& config, SearchLoader loader,
        SearchPtr search, Receivers receivers, capture::Source& source, bool is_live);

}  // namespace outspan::app
