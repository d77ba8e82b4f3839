#include "config/rule_reader.h"

#include <fmt/format.h>

#include "config/nearest_name.h"
#include "config/option_reader.h"

namespace outspan::config {
namespace {

const std::vector<std::string_view> kSeverityNames{"low", "medium", "high", "critical"};

/// The one that says what a rule is about: "signatures", "fingerprint" or "blindspot".
template <class Kind>
std::string_view first_key(const Kind& kind) {
  return options_of(kind).front().key;
}

void note_place(const YamlValue& value, Rule::Values& out) { out.where = value.where(); }
void note_place(const YamlValue& value, Rule::Records& out) { out.where = value.where(); }
void note_place(const YamlValue&, Rule::BlindSpots&) {}

template <class Kind>
Kind read_kind(YamlMap& map) {
  Kind kind;
  const YamlValue first = map[first_key(kind)];
  read_options(map, options_of(kind), kind);
  if (first.given()) note_place(first, kind);
  if (first.is_list() && first.items().empty()) first.fail("must name at least one");
  return kind;
}

/// The options of a kind that the rule is not of would do nothing.
template <class Kind>
void refuse_kind(YamlMap& map, std::string_view its_first_key) {
  const Kind kind;
  if (const YamlValue first = map[first_key(kind)]; first.given())
    first.fail(fmt::format("a rule has '{}' or '{}', not both", its_first_key, first_key(kind)));
  refuse_options(map, options_of(kind).subspan(1),
                 fmt::format("counts only together with '{}'", first_key(kind)));
}

template <class Kind, class... Others>
void read_what(YamlMap& map, Rule::When& out) {
  out.what = read_kind<Kind>(map);
  (refuse_kind<Others>(map, first_key(Kind())), ...);
}

template <class Kind>
bool names_kind(YamlMap& map) {
  return map[first_key(Kind())].given();
}

void read_scope(YamlMap& map, Rule::When& out) {
  read_options(map, scope_options(), out);
  if (out.within == Within::host) return read_options(map, window_options(), out);
  refuse_options(map, window_options(), "counts only together with 'within: host'");
}

void refuse_scope(YamlMap& map) {
  const std::string why = "is for rules that count; one with 'blindspot' looks at objects";
  refuse_options(map, scope_options(), why);
  refuse_options(map, window_options(), why);
}

void read_when(const YamlValue& value, Rule::When& out) {
  using Values = Rule::Values;
  using Records = Rule::Records;
  using BlindSpots = Rule::BlindSpots;
  YamlMap map(value, "a rule's 'when'");
  if (names_kind<BlindSpots>(map)) {
    read_what<BlindSpots, Values, Records>(map, out);
  } else if (names_kind<Records>(map)) {
    read_what<Records, Values, BlindSpots>(map, out);
  } else {
    static_cast<void>(map.require(first_key(Values())));
    read_what<Values, Records, BlindSpots>(map, out);
  }
  read_options(map, where_options(), out);
  if (out.blind_spots() == nullptr)
    read_scope(map, out);
  else
    refuse_scope(map);
  map.finish();
}

void read_except(const YamlValue& value, Rule::Except& out) {
  YamlMap map(value, "a rule's 'except'");
  read_options(map, except_options(), out);
  map.finish();
}

Rule read_rule(const YamlValue& value, std::set<std::string>& ids) {
  Rule rule;
  YamlMap map(value, "a rule");
  read_identifier(map.require("id"), rule.id, ids, "the id of an earlier rule");
  map["description"].read(rule.description);
  read_enum(map["severity"], rule.severity, kSeverityNames);
  const YamlValue when = map.require("when");
  if (when.given()) read_when(when, rule.when);
  read_except(map["except"], rule.except);
  map.finish();
  return rule;
}

/// An exception that names no rule would except nothing.
void check_rule_names(const YamlValue& value, const std::vector<Rule>& rules,
                      const std::set<std::string>& ids) {
  for (const Rule& rule : rules)
    for (const std::string& name : rule.except.rules)
      if (!ids.contains(name)) {
        const std::string nearest = nearest_name(name, {ids.begin(), ids.end()});
        value.fail("rule '" + rule.id + "' is not to tell what the unknown rule '" + name +
                   "' tells" + (nearest.empty() ? "" : "; did you mean '" + nearest + "'?"));
      }
}

bool is_identifier(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.") ==
             std::string_view::npos;
}

}  // namespace

void read_identifier(const YamlValue& value, std::string& out, std::set<std::string>& earlier,
                     const std::string& what) {
  if (!value.given() || !value.read(out)) return;
  if (!is_identifier(out))
    value.fail("must be 1 to 64 of a-z, 0-9, '-', '_' and '.', got '" + out + "'");
  else if (!earlier.insert(out).second)
    value.fail("is " + what + ", too: '" + out + "'");
}

std::vector<Rule> read_rules(const YamlValue& value) {
  std::vector<Rule> rules;
  std::set<std::string> ids;
  for (const YamlValue& rule : value.items()) rules.push_back(read_rule(rule, ids));
  check_rule_names(value, rules, ids);
  return rules;
}

}  // namespace outspan::config
