#pragma once

#include <vector>

#include "alert/event/event.h"
#include "core/stats.h"

namespace outspan::app {

/// Why the ledger does not hold all that was on the wire: what could not be read, what was dropped
/// on the way, what is of no kind that the sensor reads. From the counters of source, decoder and
/// pipelines; empty: nothing is missing. In a fixed order.
std::vector<alert::Missing> missing_parts(const Stats& stats);

/// Limits that were reached and make the sensor say less than it could, though nothing is missing
/// from the ledger.
std::vector<alert::NoticeEvent> limits_reached(const Stats& stats);

}  // namespace outspan::app
