#pragma once

#include <string>
#include <vector>

#include "config/output.h"
#include "config/yaml_reader.h"

namespace outspan::config {

extern const std::vector<std::string_view> kEventNames;

/// One entry of `outputs`.
Output read_output(const YamlValue& value);
/// The same as YAML, indented as an item of a list.
std::string output_text(const Output& output);

void read_event_types(const YamlValue& value, std::vector<std::string>& out);
void read_directions(const YamlValue& value, std::vector<Direction>& out);
void read_prefixes(const YamlValue& value, PrefixSet& out);

template <class Enum>
void read_enum(const YamlValue& value, Enum& out, const std::vector<std::string_view>& names) {
  std::size_t chosen = static_cast<std::size_t>(out);
  if (value.read_choice(chosen, names)) out = static_cast<Enum>(chosen);
}

/// Calls `use` with each text of a list (or a single text) and its value, for its position.
template <class Use>
void each_text(const YamlValue& value, Use use) {
  if (!value.given()) return;
  const auto items = value.is_list() ? value.items() : std::vector<YamlValue>{value};
  for (const YamlValue& item : items) {
    std::string text;
    if (!item.given())
      item.fail("must be a text, got nothing");
    else if (item.read(text))
      use(text, item);
  }
}

}  // namespace outspan::config
