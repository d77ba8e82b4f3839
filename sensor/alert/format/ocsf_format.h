#pragma once

#include <string>
#include <string_view>

#include "alert/event/event.h"

namespace outspan::alert {

/// One event as the Open Cybersecurity Schema Framework 1.6 has it, on one line: alerts, records,
/// blind spots and anomalies as Data Security Finding (2006), the rest as Base Event (0).
/// docs/siem-formats.md has the attributes. What the schema has no attribute for is `unmapped`.
std::string to_ocsf(const Event& event, std::string_view sensor);

}  // namespace outspan::alert
