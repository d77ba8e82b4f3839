#pragma once

#include "config/access.h"
#include "config/yaml_reader.h"

/// The section `access`. Included by config/*.cpp only.
namespace outspan::config {

void read_access(const YamlValue& value, Access& out);
/// The same as YAML. `help`: as in the starter file.
std::string access_text(const Access& access, bool help);

}  // namespace outspan::config
