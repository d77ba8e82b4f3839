#pragma once

#include <set>
#include <string>
#include <vector>

#include "config/config.h"
#include "config/yaml_reader.h"

/// Rules of a configuration file. Included by config/*.cpp only.
namespace outspan::config {

/// The list `rules`.
std::vector<Rule> read_rules(const YamlValue& value);

/// 1 to 64 of a-z, 0-9, '-', '_' and '.', and none of `earlier`, to which it is added; otherwise a
/// problem. `what`: "the id of an earlier rule".
void read_identifier(const YamlValue& value, std::string& out, std::set<std::string>& earlier,
                     const std::string& what);

}  // namespace outspan::config
