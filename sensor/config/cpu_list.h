#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace outspan::config {

/// Cores as taskset(1) has them: "0-3,6". Empty: none. nullopt: it is no such list, or names a core
/// beyond 1023.
inline std::optional<std::vector<unsigned>> parse_cpu_list(std::string_view text) {
  constexpr unsigned kCoreMax = 1023;
  std::vector<unsigned> cores;
  const auto number = [&text]() -> std::optional<unsigned> {
    unsigned value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc() || value > kCoreMax) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    return value;
  };
  while (!text.empty()) {
    const std::optional<unsigned> first = number();
    std::optional<unsigned> last = first;
    if (first && text.starts_with('-')) {
      text.remove_prefix(1);
      last = number();
    }
    if (!first || !last || *last < *first) return std::nullopt;
    for (unsigned core = *first; core <= *last; ++core) cores.push_back(core);
    if (text.empty()) break;
    if (!text.starts_with(',') || text.size() == 1) return std::nullopt;
    text.remove_prefix(1);
  }
  return cores;
}

/// The same list in its short form.
inline std::string cpu_list_text(const std::vector<unsigned>& cores) {
  std::string text;
  for (std::size_t i = 0; i < cores.size(); ++i) {
    std::size_t last = i;
    while (last + 1 < cores.size() && cores[last + 1] == cores[last] + 1) ++last;
    text += (text.empty() ? "" : ",") + std::to_string(cores[i]);
    if (last > i) text += "-" + std::to_string(cores[last]);
    i = last;
  }
  return text;
}

}  // namespace outspan::config
