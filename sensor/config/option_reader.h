#pragma once

#include <span>
#include <type_traits>
#include <variant>

#include "config/option_table.h"
#include "config/yaml_reader.h"

/// Options of a table, from YAML. Included by config/*.cpp only.
namespace outspan::config {

template <class Section>
void read_options(YamlMap& map, std::span<const Option<Section>> options, Section& out) {
  for (const Option<Section>& option : options) {
    const YamlValue value = map[option.key];
    std::visit(
        [&](auto member) {
          auto& target = out.*member;
          if constexpr (std::is_same_v<std::decay_t<decltype(target)>, Duration>)
            value.read(target, Duration(option.min), Duration(option.max));
          else
            value.read_integer(target, option.min, option.max);
        },
        option.member);
  }
}

}  // namespace outspan::config
