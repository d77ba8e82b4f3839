#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"

namespace outspan::config {

/// "30s", "24h" and the like; the inverse of reading a Duration.
std::string to_text(Duration duration);
/// nullopt: it is no length of time.
std::optional<Duration> parse_duration(std::string_view text);

}  // namespace outspan::config
