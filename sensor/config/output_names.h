#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/output.h"
#include "core/result.h"

/// Names on the command line. What is none of those known is a problem of `option`.
namespace outspan::config {

/// Apart by commas.
std::vector<std::string> split_list(std::string_view text);

void read_event_names(std::string_view list, const std::string& option,
                      std::vector<std::string>& out, Problems& problems);
void read_severity_name(const std::string& name, const std::string& option,
                        std::optional<Severity>& out, Problems& problems);
void read_format_name(const std::string& name, const std::string& option, EventFormat& out,
                      Problems& problems);

}  // namespace outspan::config
