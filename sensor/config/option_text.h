#pragma once

#include <fmt/format.h>

#include <span>
#include <string>
#include <variant>

#include "config/duration_text.h"
#include "config/option_table.h"
#include "config/yaml_text.h"

/// Options of a table, as YAML. Included by config/*.cpp only.
namespace outspan::config {

inline std::string value_text(std::uint64_t number) { return std::to_string(number); }
inline std::string value_text(std::uint32_t number) { return std::to_string(number); }
inline std::string value_text(Duration duration) { return to_text(duration); }
inline std::string value_text(bool yes) { return yes ? "true" : "false"; }
inline std::string value_text(Within within) { return std::string(to_string(within)); }
inline std::string value_text(Per per) { return std::string(to_string(per)); }
inline std::string value_text(const std::vector<std::string>& items) { return texts(items); }
inline std::string value_text(const std::vector<Direction>& items) { return directions(items); }
inline std::string value_text(const PrefixSet& networks) { return prefixes(networks); }

template <class Section>
std::string value_text(const Option<Section>& option, const Section& section) {
  return std::visit([&](auto member) { return value_text(section.*member); }, option.member);
}

template <class Section>
std::string option_lines(std::span<const Option<Section>> options, const Section& section,
                         bool with_help) {
  std::string out;
  for (const Option<Section>& option : options) {
    const std::string line = fmt::format("  {}: {}", option.key, value_text(option, section));
    out += with_help ? fmt::format("{:<34}# {}\n", line, option.help) : line + "\n";
  }
  return out;
}

/// Of a rule: lists that are empty and what is not asked for are left out.
template <class Section>
std::string given_lines(std::span<const Option<Section>> options, const Section& section) {
  std::string out;
  for (const Option<Section>& option : options)
    if (const std::string value = value_text(option, section); value != "[]" && value != "false")
      out += fmt::format("      {}: {}\n", option.key, value);
  return out;
}

}  // namespace outspan::config
