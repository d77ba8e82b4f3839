#pragma once

#include <string>
#include <string_view>

#include "alert/event/event.h"

namespace outspan::alert {

/// One event as one compact JSON object with a line feed after it; docs/events.md describes the
/// fields. Keys stand in a fixed order, the text is valid UTF-8, and what is empty is left out.
std::string to_json(const Event& event, std::string_view sensor);

}  // namespace outspan::alert
