#include "config/rule_text.h"

#include <fmt/format.h>

#include "config/option_text.h"

namespace outspan::config {
namespace {

std::string what_lines(const Rule::When& when) {
  return std::visit([](const auto& kind) { return given_lines(options_of(kind), kind); },
                    when.what);
}

template <class Section>
void add_definition(std::span<const Option<Section>> options, const Section& section,
                    std::string& out) {
  for (const Option<Section>& option : options)
    if (!option.threshold) out += fmt::format("{}: {}\n", option.key, value_text(option, section));
}

template <class Section>
std::string help_lines(const char* title, std::span<const Option<Section>> options) {
  std::string out = fmt::format("#   {}\n", title);
  for (const Option<Section>& option : options)
    out += fmt::format("#     {:<18}{}\n", option.key, option.help);
  return out;
}

}  // namespace

std::string rule_text(const Rule& rule) {
  std::string out = fmt::format("  - id: {}\n    description: {}\n    severity: {}\n    when:\n",
                                rule.id, quoted(rule.description), to_string(rule.severity));
  const Rule::When& when = rule.when;
  out += what_lines(when) + given_lines(where_options(), when);
  if (when.blind_spots() == nullptr) out += given_lines(scope_options(), when);
  if (when.within == Within::host) out += given_lines(window_options(), when);
  const std::string except = given_lines(except_options(), rule.except);
  return except.empty() ? out : out + "    except:\n" + except;
}

std::string what_it_counts(const Rule& rule) {
  std::string out;
  std::visit([&out](const auto& kind) { add_definition(options_of(kind), kind, out); },
             rule.when.what);
  for (const auto options : {where_options(), scope_options(), window_options()})
    add_definition(options, rule.when, out);
  out += "except:\n";
  add_definition(except_options(), rule.except, out);
  return out;
}

std::string rule_help() {
  return help_lines("`when` has one of these kinds. Different values:",
                    options_of(Rule::Values())) +
         help_lines("Customers, with an index of them:", options_of(Rule::Records())) +
         help_lines("What cannot be read:", options_of(Rule::BlindSpots())) +
         help_lines("Where, for all kinds:", where_options()) +
         help_lines("Over what it counts:", scope_options()) +
         help_lines("And within a host:", window_options()) +
         help_lines("`except` has what does not count:", except_options());
}

}  // namespace outspan::config
