#pragma once

#include <string>
#include <vector>

#include "report/incident_facts.h"

namespace outspan::report {

/// What to do next about an incident, from its facts: plain sentences, most urgent first.
std::vector<std::string> advice_for(const IncidentFacts& incident);

}  // namespace outspan::report
