#include "config/config_file.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "config/access_reader.h"
#include "config/country_code.h"
#include "config/cpu_list.h"
#include "config/listen_address.h"
#include "config/option_reader.h"
#include "config/output_reader.h"
#include "config/yaml_reader.h"
#include "core/credential.h"

namespace outspan::config {
namespace {

const std::vector<std::string_view> kSeverityNames{"low", "medium", "high", "critical"};
const std::vector<std::string_view> kWithinNames{"object", "flow", "host"};
const std::vector<std::string_view> kPerNames{"source", "destination", "network"};
const std::vector<std::string_view> kFacilityNames{
    "kern",   "user",   "mail",   "daemon",   "auth",   "syslog", "lpr",
    "news",   "uucp",   "cron",   "authpriv", "ftp",    "local0", "local1",
    "local2", "local3", "local4", "local5",   "local6", "local7"};

template <class Section>
void read_section(const YamlValue& value, std::string what,
                  std::span<const Option<Section>> options, Section& out) {
  YamlMap map(value, std::move(what));
  read_options(map, options, out);
  map.finish();
}

void read_alerts(const YamlValue& value, Alerts& out) {
  YamlMap map(value, "alerts");
  map["row_pseudonyms"].read(out.row_pseudonyms);
  read_options(map, alert_options(), out);
  map.finish();
}

void read_state(const YamlValue& value, std::string& folder) {
  YamlMap map(value, "state");
  map["folder"].read(folder);
  map.finish();
}

void read_spool(const YamlValue& value, Spool& out) {
  YamlMap map(value, "spool");
  map["folder"].read(out.folder);
  read_enum(map["sync"], out.sync, {"batch", "second", "never"});
  read_options(map, spool_options(), out);
  map.finish();
}

void read_metrics(const YamlValue& value, Metrics& out) {
  YamlMap map(value, "metrics");
  const YamlValue listen = map["listen"];
  listen.read(out.listen);
  if (!out.listen.empty() && !parse_listen_address(out.listen))
    listen.fail("must be an address and a port such as 127.0.0.1:9437, got '" + out.listen + "'");
  map["textfile"].read(out.textfile);
  map.finish();
}

void read_control(const YamlValue& value, Control& out) {
  YamlMap map(value, "control");
  map["socket"].read(out.socket);
  map.finish();
}

void read_capture(const YamlValue& value, Capture& out) {
  YamlMap map(value, "capture");
  map["interfaces"].read(out.interfaces);
  map["filter"].read(out.filter);
  std::string cpus;
  const YamlValue given = map["cpus"];
  given.read(cpus);
  if (const auto list = parse_cpu_list(cpus))
    out.cpus = *list;
  else
    given.fail("must be cores such as \"0-3,6\"");
  read_options(map, capture_options(), out);
  map.finish();
}

void read_when_records(YamlMap& map, const YamlValue& fingerprint, Rule::When& out) {
  fingerprint.read(out.fingerprints);
  out.fingerprints_where = fingerprint.where();
  if (out.fingerprints.empty()) fingerprint.fail("must name an index of 'fingerprints'");
  map["columns"].read(out.columns);
  map["all"].read(out.all);
  map["any"].read_integer(out.any, 1, 16);
  map["distinct_records"].read(out.distinct_records, 1, 1'000'000'000);
  map["canary"].read(out.canary);
  map["weak"].read(out.weak);
  for (const char* key : {"distinct_values", "min_confidence"})
    if (const YamlValue other = map[key]; other.given())
      other.fail("is for signatures; customers are counted by 'distinct_records'");
}

/// Keys of records in a rule of signatures would do nothing.
void refuse_record_keys(YamlMap& map) {
  for (const char* key : {"columns", "all", "any", "distinct_records", "canary", "weak"})
    if (const YamlValue value = map[key]; value.given())
      value.fail("counts only together with 'fingerprint'");
}

void read_peers(YamlMap& map, Rule::When& out) {
  read_directions(map["direction"], out.direction);
  map["protocols"].read(out.protocols);
  read_prefixes(map["sources"], out.sources);
  read_prefixes(map["destinations"], out.destinations);
}

void read_when_blind_spots(YamlMap& map, const YamlValue& blind_spots, Rule::When& out) {
  blind_spots.read(out.blind_spots);
  if (out.blind_spots.empty()) blind_spots.fail("must name a reason, such as encrypted-archive");
  map["bytes"].read(out.blind_spot_bytes, 1, UINT64_MAX);
  for (const char* key : {"signatures", "fingerprint", "distinct_values", "min_confidence",
                          "within", "window", "per"})
    if (const YamlValue other = map[key]; other.given())
      other.fail("is for rules about values; one with 'blindspot' is about what cannot be read");
}

void read_when(const YamlValue& value, Rule::When& out) {
  YamlMap map(value, "a rule's 'when'");
  const YamlValue blind_spots = map["blindspot"];
  if (blind_spots.given()) {
    read_when_blind_spots(map, blind_spots, out);
    refuse_record_keys(map);
    read_peers(map, out);
    return map.finish();
  }
  if (const YamlValue bytes = map["bytes"]; bytes.given())
    bytes.fail("counts only together with 'blindspot'");
  const YamlValue fingerprint = map["fingerprint"];
  const bool records = fingerprint.given();
  if (records) read_when_records(map, fingerprint, out);
  const YamlValue signatures = records ? map["signatures"] : map.require("signatures");
  if (records && signatures.given())
    signatures.fail("a rule has signatures or a fingerprint, not both");
  else if (signatures.read(out.signatures) && signatures.given()) {
    out.signatures_where = signatures.where();
    if (out.signatures.empty()) signatures.fail("must name at least one signature");
  }
  if (!records) refuse_record_keys(map);
  read_peers(map, out);
  map["min_confidence"].read_integer(out.min_confidence, 0, 100);
  map["distinct_values"].read(out.distinct_values, 1, 1'000'000'000);
  read_enum(map["within"], out.within, kWithinNames);
  const YamlValue window = map["window"];
  window.read(out.window, std::chrono::minutes(1), std::chrono::hours(24 * 31));
  const YamlValue per = map["per"];
  read_enum(per, out.per, kPerNames);
  for (const YamlValue& with_host : {window, per})
    if (with_host.given() && out.within != Within::host)
      with_host.fail("counts only together with 'within: host'");
  map.finish();
}

void read_except(const YamlValue& value, Rule::Except& out) {
  YamlMap map(value, "a rule's 'except'");
  read_prefixes(map["sources"], out.sources);
  read_prefixes(map["destinations"], out.destinations);
  map["email_from"].read(out.email_from);
  map["email_to"].read(out.email_to);
  map["hostnames"].read(out.hostnames);
  map["values"].read(out.values);
  map["rules"].read(out.rules);
  map.finish();
}

bool is_identifier(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.") ==
             std::string_view::npos;
}

Rule read_rule(const YamlValue& value, std::set<std::string>& ids) {
  Rule rule;
  YamlMap map(value, "a rule");
  const YamlValue id = map.require("id");
  if (id.given() && id.read(rule.id)) {
    if (!is_identifier(rule.id))
      id.fail("must be 1 to 64 of a-z, 0-9, '-', '_' and '.', got '" + rule.id + "'");
    else if (!ids.insert(rule.id).second)
      id.fail("is the id of an earlier rule, too: '" + rule.id + "'");
  }
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

Fingerprint read_fingerprint(const YamlValue& value, std::set<std::string>& names) {
  Fingerprint fingerprint;
  fingerprint.where = value.where();
  YamlMap map(value, "a fingerprint index");
  const YamlValue name = map.require("name");
  if (name.given() && name.read(fingerprint.name)) {
    if (!is_identifier(fingerprint.name))
      name.fail("must be 1 to 64 of a-z, 0-9, '-', '_' and '.', got '" + fingerprint.name + "'");
    else if (!names.insert(fingerprint.name).second)
      name.fail("is the name of an earlier index, too: '" + fingerprint.name + "'");
  }
  map.require("index").read(fingerprint.index);
  map.require("key_file").read(fingerprint.key_file);
  map.finish();
  return fingerprint;
}

void read_syslog(const YamlValue& value, Syslog& out) {
  YamlMap map(value, "syslog");
  map["enterprise_number"].read_integer(out.enterprise_number, 1, 0xffffffffu);
  std::size_t chosen = 0;
  const YamlValue facility = map["facility"];
  if (facility.given() && facility.read_choice(chosen, kFacilityNames))
    out.facility = kFacilityNames[chosen];
  const YamlValue app_name = map["app_name"];
  if (app_name.read(out.app_name) && app_name.given() &&
      (out.app_name.empty() || out.app_name.size() > 48 ||
       out.app_name.find_first_of(" \t\r\n") != std::string::npos))
    app_name.fail("must be 1 to 48 characters without blanks");
  map.finish();
}

void read_countries(const YamlValue& value, std::vector<std::string>& out) {
  if (!value.given()) return;
  out.clear();
  each_text(value, [&out](const std::string& text, const YamlValue& item) {
    if (is_country_code(text))
      out.push_back(text);
    else
      item.fail("must be an ISO 3166 code such as US or GB, got '" + text + "'");
  });
}

/// Signature paths and output files stand relative to the configuration file.
void anchor_paths(Config& config, const std::filesystem::path& folder) {
  const auto anchor = [&folder](std::string& path) {
    if (!path.empty() && path != "-" && path != "builtin" && path.front() != '/')
      path = (folder / path).lexically_normal().string();
  };
  for (std::string& path : config.signatures) anchor(path);
  for (Output& output : config.outputs) {
    anchor(output.file);
    anchor(output.tls.ca_file);
    anchor(output.tls.cert_file);
    for (std::string* secret : {&output.tls.key_file, &output.token_file, &output.password_file})
      if (!secret->starts_with(kCredential)) anchor(*secret);
  }
  for (Fingerprint& fingerprint : config.fingerprints) {
    anchor(fingerprint.index);
    if (!fingerprint.key_file.starts_with(kCredential)) anchor(fingerprint.key_file);
  }
  anchor(config.state_folder);
  anchor(config.spool.folder);
  anchor(config.metrics.textfile);
  anchor(config.control.socket);
}

Config read_config(YamlDocument& document) {
  Config config = default_config();
  YamlMap map(YamlValue::root(document), "the configuration");
  map["sensor"].read(config.sensor);
  read_prefixes(map["home_networks"], config.home_networks);
  read_directions(map["directions"], config.directions);
  read_countries(map["countries"], config.countries);
  read_capture(map["capture"], config.capture);
  map["signatures"].read(config.signatures);
  if (const YamlValue fingerprints = map["fingerprints"]; fingerprints.given()) {
    std::set<std::string> names;
    for (const YamlValue& one : fingerprints.items())
      config.fingerprints.push_back(read_fingerprint(one, names));
  }
  if (const YamlValue rules = map["rules"]; rules.given()) {
    config.rules.clear();
    config.builtin_rules = false;
    std::set<std::string> ids;
    for (const YamlValue& rule : rules.items()) config.rules.push_back(read_rule(rule, ids));
    check_rule_names(rules, config.rules, ids);
  }
  if (const YamlValue outputs = map["outputs"]; outputs.given())
    for (const YamlValue& output : outputs.items()) config.outputs.push_back(read_output(output));
  read_event_types(map["events"], config.events);
  map["inspect_disguises"].read(config.inspect_disguises);
  map["stream_sha256"].read(config.stream_sha256);
  map["report_interval"].read(config.report_interval, std::chrono::seconds(1),
                              std::chrono::hours(24));
  read_section(map["timeouts"], "timeouts", timeout_options(), config.timeouts);
  read_section(map["limits"], "limits", limit_options(), config.limits);
  read_alerts(map["alerts"], config.alerts);
  read_state(map["state"], config.state_folder);
  read_syslog(map["syslog"], config.syslog);
  read_spool(map["spool"], config.spool);
  read_metrics(map["metrics"], config.metrics);
  read_control(map["control"], config.control);
  read_access(map["access"], config.access);
  map.finish();
  return config;
}

ConfigDraft draft(YamlDocument document) {
  ConfigDraft draft;
  if (document.problems().empty()) {
    draft.config = read_config(document);
    apply_builtin_rules(draft.config);
  }
  draft.problems = document.problems();
  return draft;
}

Result<Config> finish(ConfigDraft draft) {
  if (!draft.problems.empty()) return std::move(draft.problems);
  return std::move(draft.config);
}

Rule customer_rule(std::string id, std::string description, Severity severity,
                   std::vector<std::string> signatures, std::uint64_t distinct, int confidence) {
  Rule rule;
  rule.id = std::move(id);
  rule.description = std::move(description);
  rule.severity = severity;
  rule.when.signatures = std::move(signatures);
  rule.when.signatures_where = "built-in rule " + rule.id;
  rule.when.distinct_values = distinct;
  rule.when.min_confidence = confidence;
  return rule;
}

Rule record_rule(std::string id, std::string description, Severity severity,
                 std::vector<std::string> fingerprints, std::uint32_t any, std::uint64_t distinct) {
  Rule rule;
  rule.id = std::move(id);
  rule.description = std::move(description);
  rule.severity = severity;
  rule.when.fingerprints = std::move(fingerprints);
  rule.when.fingerprints_where = "built-in rule " + rule.id;
  rule.when.any = any;
  rule.when.distinct_records = distinct;
  return rule;
}

Rule drip_rule(std::string id, std::string what, const std::vector<std::string>& fingerprints,
               std::uint64_t distinct, Duration window, Per per) {
  Rule rule =
      record_rule(std::move(id), std::move(what), Severity::medium, fingerprints, 2, distinct);
  rule.when.within = Within::host;
  rule.when.window = window;
  rule.when.per = per;
  return rule;
}

std::vector<Rule> identifier_rules() {
  return {
      customer_rule("payment-cards", "Payment card numbers leave the network", Severity::high,
                    {"payment-card"}, 1, 70),
      customer_rule("national-identifiers", "National identifiers leave the network",
                    Severity::high, {"us-ssn", "national-id-*"}, 1, 70),
      customer_rule("bank-accounts", "Bank account numbers leave the network", Severity::medium,
                    {"iban"}, 3, 50),
  };
}

/// Without an index anybody's contact data has to do. What one rule reports, the other does not
/// repeat.
std::vector<Rule> pattern_rules() {
  std::vector<Rule> rules = identifier_rules();
  const std::vector<std::string> contact{"email", "phone", "ticket"};
  rules.insert(rules.begin(),
               customer_rule("customer-list", "Contact data of many people leaves the network",
                             Severity::high, contact, 20, 50));
  rules.push_back(customer_rule("customer-drip",
                                "One host sends contact data of many people, bit by bit",
                                Severity::medium, contact, 100, 50));
  rules.back().when.within = Within::host;
  rules.back().except.rules = {"customer-list"};
  return rules;
}

/// An index finds those of known customers. What one rule tells, the others do not repeat.
std::vector<Rule> fingerprint_rules(const std::vector<std::string>& names) {
  using std::chrono::hours;
  std::vector<Rule> rules{
      record_rule("customer-records-leaving", "Records of known customers leave the network",
                  Severity::high, names, 2, 5),
      record_rule("customer-values-leaving", "A list of known customers' values leaves the network",
                  Severity::high, names, 1, 20),
      record_rule("canary-leaving", "A planted customer's data leaves the network",
                  Severity::critical, names, 1, 1),
      drip_rule("customer-drip-day", "One host sends records of known customers, bit by bit", names,
                50, hours(24), Per::source),
      drip_rule("customer-drip-month",
                "One host sends records of known customers over weeks, bit by bit", names, 100,
                hours(24 * 30), Per::source),
      drip_rule("customer-drip-to-one-host",
                "One host outside receives records of known customers, bit by bit", names, 100,
                hours(24 * 30), Per::destination),
  };
  rules[1].except.rules = {rules[0].id};
  rules[2].when.canary = rules[2].when.weak = true;
  for (std::size_t i = 3; i < rules.size(); ++i) rules[i].except.rules = {rules[0].id, rules[1].id};
  return rules;
}

}  // namespace

Config default_config() {
  Config config;
  std::vector<IpPrefix> home;
  for (const char* network : {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"})
    home.push_back(*IpPrefix::parse(network));
  config.home_networks = PrefixSet(std::move(home));
  config.countries = {"US", "CA", "GB", "IE", "DE", "AT", "CH", "FR", "ES", "IT", "NL", "BE"};
  apply_builtin_rules(config);
  return config;
}

void apply_builtin_rules(Config& config) {
  if (config.builtin_rules)
    config.rules = config.fingerprints.empty() ? pattern_rules() : identifier_rules();
  std::vector<std::string> unused;
  for (const Fingerprint& fingerprint : config.fingerprints) {
    const auto names_it = [&fingerprint](const Rule& rule) {
      const auto& names = rule.when.fingerprints;
      return std::find(names.begin(), names.end(), fingerprint.name) != names.end();
    };
    if (std::none_of(config.rules.begin(), config.rules.end(), names_it))
      unused.push_back(fingerprint.name);
  }
  if (unused.empty()) return;
  const auto& directions = config.directions;
  const bool access = config.access.enabled && std::find(directions.begin(), directions.end(),
                                                         Direction::internal) != directions.end();
  for (Rule& rule : fingerprint_rules(unused)) {
    // Looking customers up is everybody's work inside: what is too much of it, `access` says.
    if (access && !rule.when.canary)
      rule.when.direction = {Direction::outbound, Direction::inbound, Direction::transit};
    const auto same = [&rule](const Rule& other) { return other.id == rule.id; };
    if (std::none_of(config.rules.begin(), config.rules.end(), same))
      config.rules.push_back(std::move(rule));
  }
}

Result<Config> parse_config(const std::string& name, const std::string& text) {
  return finish(draft(YamlDocument::parse(name, text)));
}

ConfigDraft draft_config(const std::string& path) {
  ConfigDraft read = draft(YamlDocument::load(path));
  anchor_paths(read.config, std::filesystem::path(path).parent_path());
  return read;
}

Result<Config> load_config(const std::string& path) { return finish(draft_config(path)); }

}  // namespace outspan::config
