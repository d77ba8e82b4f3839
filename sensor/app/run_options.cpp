#include "app/run_options.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

#include "config/config_file.h"
#include "config/cpu_list.h"

namespace outspan::app {
namespace {

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (comma != 0) items.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return items;
}

void apply_home_networks(const RunOptions& options, config::Config& config, Problems& problems) {
  if (options.home_networks.empty()) return;
  std::vector<IpPrefix> prefixes;
  for (const std::string& text : options.home_networks) {
    if (const auto prefix = IpPrefix::parse(text))
      prefixes.push_back(*prefix);
    else
      problems.push_back(
          {"--home-net", "'" + text +
                             "' is no network such as 10.0.0.0/8 (no bits may be set "
                             "behind its length)"});
  }
  config.home_networks = PrefixSet(std::move(prefixes));
}

void apply_directions(const RunOptions& options, config::Config& config, Problems& problems) {
  if (options.directions.empty()) return;
  config.directions.clear();
  for (const std::string& name : split_list(options.directions)) {
    bool known = false;
    for (std::size_t i = 0; i < kDirections; ++i)
      if (name == "all" || to_string(static_cast<Direction>(i)) == name) {
        config.directions.push_back(static_cast<Direction>(i));
        known = true;
      }
    if (!known)
      problems.push_back(
          {"--direction", "'" + name + "' is none of outbound, inbound, internal, transit, all"});
  }
}

/// The file's name without its extension, as far as it makes a name.
std::string index_name(const std::string& path) {
  std::string name;
  for (const char c : std::filesystem::path(path).stem().string()) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool plain = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9');
    name += plain || lower == '-' || lower == '_' || lower == '.' ? lower : '-';
  }
  return name.empty() ? "index" : name.substr(0, 64);
}

void apply_fingerprints(const RunOptions& options, config::Config& config, Problems& problems) {
  if (options.fingerprints.size() != options.keys.size()) {
    problems.push_back({"--fingerprints",
                        "each index needs its key: --fingerprints FILE --key "
                        "FILE, in pairs"});
    return;
  }
  for (std::size_t i = 0; i < options.fingerprints.size(); ++i) {
    config::Fingerprint fingerprint;
    fingerprint.name = index_name(options.fingerprints[i]);
    fingerprint.index = options.fingerprints[i];
    fingerprint.key_file = options.keys[i];
    fingerprint.where = "--fingerprints";
    const auto same = [&fingerprint](const config::Fingerprint& other) {
      return other.name == fingerprint.name;
    };
    if (std::any_of(config.fingerprints.begin(), config.fingerprints.end(), same))
      problems.push_back({"--fingerprints", "there is another index '" + fingerprint.name +
                                                "'; indexes are named by their files"});
    config.fingerprints.push_back(std::move(fingerprint));
  }
  config::apply_builtin_rules(config);
}

void apply_cpus(const RunOptions& options, config::Config& config, Problems& problems) {
  if (auto cores = config::parse_cpu_list(options.cpus))
    config.capture.cpus = std::move(*cores);
  else
    problems.push_back({"--cpus", "'" + options.cpus + "' is no list of cores such as 0-3,6"});
}

void apply_events(const RunOptions& options, config::Config& config, Problems& problems) {
  if (options.events.empty()) return;
  static constexpr std::array<std::string_view, 9> kNames{
      "alert", "record", "blindspot", "anomaly", "flow", "object", "ledger", "stats", "notice"};
  config.events.clear();
  for (std::string& name : split_list(options.events)) {
    if (std::find(kNames.begin(), kNames.end(), name) == kNames.end())
      problems.push_back({"--events", "'" + name +
                                          "' is none of alert, record, blindspot, anomaly, flow, "
                                          "object, ledger, stats, notice"});
    else
      config.events.push_back(std::move(name));
  }
}

void apply_outputs(const RunOptions& options, bool terminal, config::Config& config,
                   Problems& problems) {
  using config::OutputType;
  config::Output output;
  output.file = options.output;
  output.append = false;
  const std::string format = !options.format.empty()             ? options.format
                             : terminal && options.output == "-" ? std::string("text")
                                                                 : std::string("json");
  if (format == "text")
    output.type = OutputType::text;
  else if (format == "json")
    output.type = OutputType::json;
  else if (format == "syslog")
    output.type = OutputType::syslog;
  else
    problems.push_back({"--format", "'" + format + "' is none of text, json, syslog"});
  config.outputs.insert(config.outputs.begin(), output);
  for (const std::string& url : options.syslog_urls) {
    config::Output syslog;
    syslog.type = OutputType::syslog;
    syslog.url = url;
    config.outputs.push_back(std::move(syslog));
  }
}

}  // namespace

Result<config::Config> effective_config(const RunOptions& options, bool terminal) {
  Problems problems;
  config::Config config = config::default_config();
  if (!options.config_file.empty()) {
    auto loaded = config::load_config(options.config_file);
    if (loaded)
      config = std::move(*loaded);
    else
      problems = loaded.problems();
  }
  apply_home_networks(options, config, problems);
  apply_directions(options, config, problems);
  apply_events(options, config, problems);
  apply_fingerprints(options, config, problems);
  apply_outputs(options, terminal, config, problems);
  config.signatures.insert(config.signatures.end(), options.signatures.begin(),
                           options.signatures.end());
  if (!options.filter.empty()) config.capture.filter = options.filter;
  if (!options.cpus.empty()) apply_cpus(options, config, problems);
  if (options.stream_sha256) config.stream_sha256 = true;
  if (!options.state_folder.empty()) config.state_folder = options.state_folder;
  if (!problems.empty()) return problems;
  return config;
}

}  // namespace outspan::app
