#pragma once

#include <string>

#include "core/time.h"

namespace outspan::config {

/// "30s", "24h" and the like; the inverse of reading a Duration.
std::string to_text(Duration duration);

}  // namespace outspan::config
