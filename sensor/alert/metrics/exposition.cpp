#include "alert/metrics/exposition.h"

#include <fmt/format.h>

#include "alert/event/utf8.h"

namespace outspan::alert {
namespace {

/// A label's value: UTF-8, with `\`, `"` and line feeds escaped.
std::string escaped(std::string_view value) {
  std::string out;
  for (const char c : valid_utf8(value)) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

void Exposition::family(std::string_view name, Type type, std::string_view help) {
  static constexpr std::string_view kTypes[] = {"counter", "gauge", "histogram", "untyped"};
  name_ = name;
  text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name,
                       kTypes[static_cast<std::size_t>(type)]);
}

void Exposition::sample(std::string_view suffix, Labels labels, double value) {
  line(suffix, labels, fmt::format("{}", value));
}

void Exposition::line(std::string_view suffix, Labels labels, std::string_view value) {
  text_.append(name_).append(suffix);
  char before = '{';
  for (const auto& [name, text] : labels) {
    text_ += fmt::format("{}{}=\"{}\"", before, name, escaped(text));
    before = ',';
  }
  text_.append(labels.size() == 0 ? " " : "} ").append(value).append("\n");
}

}  // namespace outspan::alert
