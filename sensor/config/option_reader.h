#pragma once

#include <span>
#include <type_traits>
#include <variant>

#include "config/option_table.h"
#include "config/output_reader.h"
#include "config/yaml_reader.h"

/// Options of a table, from YAML. Included by config/*.cpp only.
namespace outspan::config {

/// What its type says beside minimum and maximum.
template <class Target>
void read_option(const YamlValue& value, Target& target, std::uint64_t min, std::uint64_t max) {
  if constexpr (std::is_same_v<Target, Duration>)
    value.read(target, Duration(min), Duration(max));
  else if constexpr (std::is_same_v<Target, bool> ||
                     std::is_same_v<Target, std::vector<std::string>>)
    value.read(target);
  else if constexpr (std::is_same_v<Target, std::vector<Direction>>)
    read_directions(value, target);
  else if constexpr (std::is_same_v<Target, PrefixSet>)
    read_prefixes(value, target);
  else if constexpr (std::is_same_v<Target, Within>)
    read_enum(value, target, {"object", "flow", "host"});
  else if constexpr (std::is_same_v<Target, Per>)
    read_enum(value, target, {"source", "destination", "network"});
  else
    value.read_integer(target, min, max);
}

template <class Section>
void read_options(YamlMap& map, std::span<const Option<Section>> options, Section& out) {
  for (const Option<Section>& option : options) {
    const YamlValue value = map[option.key];
    std::visit([&](auto member) { read_option(value, out.*member, option.min, option.max); },
               option.member);
  }
}

/// Options that do not count here: `why`.
template <class Section>
void refuse_options(YamlMap& map, std::span<const Option<Section>> options,
                    const std::string& why) {
  for (const Option<Section>& option : options)
    if (const YamlValue value = map[option.key]; value.given()) value.fail(why);
}

}  // namespace outspan::config
