#pragma once

#include <fmt/format.h>

#include <span>
#include <string>
#include <type_traits>
#include <variant>

#include "config/duration_text.h"
#include "config/option_table.h"

/// Options of a table, as YAML. Included by config/*.cpp only.
namespace outspan::config {

template <class Section>
std::string option_lines(std::span<const Option<Section>> options, const Section& section,
                         bool with_help) {
  std::string out;
  for (const Option<Section>& option : options) {
    const std::string value = std::visit(
        [&](auto member) {
          const auto& current = section.*member;
          if constexpr (std::is_same_v<std::decay_t<decltype(current)>, Duration>)
            return to_text(current);
          else
            return std::to_string(current);
        },
        option.member);
    const std::string line = fmt::format("  {}: {}", option.key, value);
    out += with_help ? fmt::format("{:<34}# {}\n", line, option.help) : line + "\n";
  }
  return out;
}

}  // namespace outspan::config
