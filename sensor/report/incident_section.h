#pragma once

#include "report/facts.h"
#include "report/html.h"

namespace outspan::report {

/// Each incident with its facts and what to do next, most serious first.
void write_incidents(Html& html, const Facts& facts);

}  // namespace outspan::report
