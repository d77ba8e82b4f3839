#include "config/config_file.h"

#include <filesystem>
#include <set>

#include "config/access_reader.h"
#include "config/country_code.h"
#include "config/cpu_list.h"
#include "config/listen_address.h"
#include "config/option_reader.h"
#include "config/output_reader.h"
#include "config/rule_reader.h"
#include "config/yaml_reader.h"
#include "core/credential.h"

namespace outspan::config {
namespace {

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

void read_evidence(const YamlValue& value, const Limits& limits, Evidence& out) {
  YamlMap map(value, "evidence");
  map["certificate"].read(out.certificate);
  map["folder"].read(out.folder);
  read_enum(map["mode"], out.mode, {"packets", "object"});
  read_options(map, evidence_options(), out);
  map.finish();
  if (out.certificate.empty() && !out.folder.empty())
    value.fail("must name the 'certificate' of who may read it: without one nothing is kept");
  if (!out.certificate.empty() && out.memory_mib > limits.memory_mib / 2)
    value.fail("must leave half of limits.memory_mib to the rest: 'memory_mib' is " +
               std::to_string(out.memory_mib) + " of " + std::to_string(limits.memory_mib));
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

Fingerprint read_fingerprint(const YamlValue& value, std::set<std::string>& names) {
  Fingerprint fingerprint;
  fingerprint.where = value.where();
  YamlMap map(value, "a fingerprint index");
  read_identifier(map.require("name"), fingerprint.name, names, "the name of an earlier index");
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
  anchor(config.evidence.certificate);
  anchor(config.evidence.folder);
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
    config.rules = read_rules(rules);
    config.builtin_rules = false;
  }
  if (const YamlValue outputs = map["outputs"]; outputs.given()) {
    std::set<std::string> names;  // each has a place of its own in the spool
    for (const YamlValue& one : outputs.items()) {
      config.outputs.push_back(read_output(one));
      const std::string name = output_name(config.outputs.back());
      if (!names.insert(name).second)
        one.fail("is the second output '" + name + "': give it another 'name'");
    }
  }
  read_event_types(map["events"], config.events);
  map["inspect_disguises"].read(config.inspect_disguises);
  map["stream_sha256"].read(config.stream_sha256);
  map["report_interval"].read(config.report_interval, std::chrono::seconds(1),
                              std::chrono::hours(24));
  read_section(map["timeouts"], "timeouts", timeout_options(), config.timeouts);
  read_section(map["limits"], "limits", limit_options(), config.limits);
  read_section(map["alerts"], "alerts", alert_options(), config.alerts);
  read_state(map["state"], config.state_folder);
  read_syslog(map["syslog"], config.syslog);
  read_spool(map["spool"], config.spool);
  read_evidence(map["evidence"], config.limits, config.evidence);
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
