#include "config/access_reader.h"

#include <algorithm>
#include <cstdlib>

#include "config/option_reader.h"
#include "config/option_text.h"
#include "config/output_reader.h"
#include "config/yaml_text.h"

namespace outspan::config {
namespace {

/// "+05:30".
std::optional<Duration> parse_offset(const std::string& text) {
  const auto digit = [&text](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  for (const std::size_t at : {1, 2, 4, 5})
    if (!digit(at)) return std::nullopt;
  const int hours = std::atoi(text.substr(1, 2).c_str());
  const int minutes = std::atoi(text.substr(4, 2).c_str());
  if (hours > 14 || minutes > 59) return std::nullopt;
  const Duration offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return text[0] == '-' ? -offset : offset;
}

AccessGroup read_group(const YamlValue& value) {
  AccessGroup group;
  YamlMap map(value, "a group of 'access'");
  map.require("name").read(group.name);
  read_prefixes(map["networks"], group.networks);
  map["users"].read(group.users);
  if (group.networks.empty() && group.users.empty())
    value.fail("must have 'networks' or 'users': nobody is in this group");
  map.finish();
  return group;
}

AccessExpected read_expected(const YamlValue& value) {
  AccessExpected expected;
  YamlMap map(value, "an expected pull");
  map["puller"].read(expected.puller);
  map["source"].read(expected.source);
  const YamlValue until = map.require("until");
  until.read(expected.until_text);
  const auto day =
      expected.until_text.size() == 10 ? parse_rfc3339(expected.until_text) : std::nullopt;
  if (day)
    expected.until = *day + std::chrono::hours(24);
  else if (until.given())
    until.fail("must be a day such as 2026-12-31, got '" + expected.until_text + "'");
  if (expected.puller == "*" && expected.source == "*")
    value.fail("must name a 'puller' or a 'source': this would expect everything");
  map.finish();
  return expected;
}

std::string group_text(const AccessGroup& group) {
  return fmt::format("\n    - {{name: {}, networks: {}, users: {}}}", quoted(group.name),
                     prefixes(group.networks), texts(group.users));
}

template <class Items, class Text>
std::string lines(const Items& items, Text text) {
  std::string out;
  for (const auto& item : items) out += text(item);
  return (out.empty() ? " []" : out) + "\n";
}

}  // namespace

std::string offset_text(Duration offset) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(offset).count();
  return fmt::format("{}{:02}:{:02}", minutes < 0 ? '-' : '+', std::abs(minutes) / 60,
                     std::abs(minutes) % 60);
}

std::string expected_text(const AccessExpected& expected) {
  return fmt::format("\n    - {{puller: {}, source: {}, until: {}}}", quoted(expected.puller),
                     quoted(expected.source), quoted(expected.until_text));
}

void read_access(const YamlValue& value, Access& out) {
  YamlMap map(value, "access");
  map["enabled"].read(out.enabled);
  if (const YamlValue groups = map["groups"]; groups.given())
    for (const YamlValue& group : groups.items()) out.groups.push_back(read_group(group));
  if (const YamlValue expected = map["expected"]; expected.given())
    for (const YamlValue& one : expected.items()) out.expected.push_back(read_expected(one));
  std::string offset;
  const YamlValue given = map["utc_offset"];
  given.read(offset);
  if (const auto parsed = parse_offset(offset))
    out.utc_offset = *parsed;
  else if (given.given())
    given.fail("must be a difference to UTC such as \"+01:00\", got '" + offset + "'");
  for (AccessExpected& one : out.expected) one.until -= out.utc_offset;
  map["pseudonyms"].read(out.pseudonyms);
  read_options(map, access_options(), out);
  map.finish();
}

std::string access_text(const Access& access, bool help) {
  std::string out;
  if (help)
    out +=
        "\n# Who pulls more customers inside than is usual for it and its peers (docs/access.md). "
        "At "
        "work where\n# there is an index and `directions` has `internal`. Examples:\n"
        "#   groups: [{name: support, networks: [10.20.0.0/24], users: [\"sup-*\"]}]\n"
        "#   expected: [{puller: backup01, source: crm-db, until: 2026-12-31}]\n";
  out += fmt::format("access:\n  enabled: {}\n  groups:{}  expected:{}", access.enabled,
                     lines(access.groups, group_text), lines(access.expected, expected_text));
  out += option_lines(access_options(), access, help);
  const auto add = [&out, help](const std::string& line, const char* what) {
    out += help ? fmt::format("{:<34}# {}\n", line, what) : line + "\n";
  };
  add(fmt::format("  utc_offset: {}", quoted(offset_text(access.utc_offset))), "of local time");
  add(fmt::format("  pseudonyms: {}", access.pseudonyms), "instead of the names of users");
  return out;
}

}  // namespace outspan::config
