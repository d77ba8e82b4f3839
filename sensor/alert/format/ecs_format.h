#pragma once

#include <string>
#include <string_view>

#include "alert/event/event.h"

namespace outspan::alert {

/// One event as a document of the Elastic Common Schema (9.4), on one line; docs/siem-formats.md
/// has the fields. What the schema has no field for stands under `outspan`.
std::string to_ecs(const Event& event, std::string_view sensor);

}  // namespace outspan::alert
