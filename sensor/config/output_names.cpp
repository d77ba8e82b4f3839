#include "config/output_names.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/output_reader.h"

namespace outspan::config {
namespace {

constexpr std::size_t kSeverities = 4;

/// Enum values by their names; nullopt: there is none, which is a problem.
template <class Enum>
std::optional<Enum> read_name(const std::string& name, const std::string& option, std::size_t count,
                              Problems& problems) {
  std::string known;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view each = to_string(static_cast<Enum>(i));
    if (each == name) return static_cast<Enum>(i);
    known += fmt::format("{}{}", known.empty() ? "" : ", ", each);
  }
  problems.push_back({option, fmt::format("'{}' is none of {}", name, known)});
  return std::nullopt;
}

}  // namespace

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (comma != 0) items.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return items;
}

void read_event_names(std::string_view list, const std::string& option,
                      std::vector<std::string>& out, Problems& problems) {
  for (std::string& name : split_list(list)) {
    if (std::find(kEventNames.begin(), kEventNames.end(), name) != kEventNames.end())
      out.push_back(std::move(name));
    else
      problems.push_back(
          {option, fmt::format("'{}' is none of {}", name, fmt::join(kEventNames, ", "))});
  }
}

void read_severity_name(const std::string& name, const std::string& option,
                        std::optional<Severity>& out, Problems& problems) {
  if (const auto found = read_name<Severity>(name, option, kSeverities, problems)) out = found;
}

void read_format_name(const std::string& name, const std::string& option, EventFormat& out,
                      Problems& problems) {
  if (const auto found = read_name<EventFormat>(name, option, kEventFormats, problems))
    out = *found;
}

}  // namespace outspan::config
