#include "app/run_options.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

#include "app/event_query.h"
#include "config/config_file.h"
#include "config/cpu_list.h"
#include "config/output_names.h"

namespace outspan::app {
namespace {

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
  for (const std::string& name : config::split_list(options.directions)) {
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
  config.events.clear();
  config::read_event_names(options.events, "--events", config.events, problems);
}

void apply_outputs(const RunOptions& options, bool is_live, bool terminal, config::Config& config,
                   Problems& problems) {
  config::Output output;
  output.file = options.output;
  // A replay says everything again; a log must survive the restart of a sensor.
  output.append = is_live && !options.truncate;
  const bool text = options.format.empty() && terminal && options.output == "-";
  const std::string format = !options.format.empty() ? options.format : text ? "text" : "json";
  config::read_format_name(format, "--format", output.format, problems);
  config.outputs.insert(config.outputs.begin(), output);
  for (const std::string& url : options.syslog_urls) {
    config::Output syslog;
    syslog.type = config::OutputType::syslog;
    syslog.format = config::EventFormat::syslog;
    syslog.url = url;
    config.outputs.push_back(std::move(syslog));
  }
}

/// A live sensor that keeps state keeps its events as well; a replay does where it is asked to.
void apply_spool(const RunOptions& options, bool is_live, config::Config& config) {
  if (!options.spool_folder.empty())
    config.spool.folder = options.spool_folder;
  else if (!is_live)
    config.spool.folder.clear();
  else if (config.spool.folder.empty() && !config.state_folder.empty())
    config.spool.folder = config.state_folder + "/spool";
}

}  // namespace

Result<config::Config> effective_config(const RunOptions& options, bool is_live, bool terminal) {
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
  apply_outputs(options, is_live, terminal, config, problems);
  config.signatures.insert(config.signatures.end(), options.signatures.begin(),
                           options.signatures.end());
  if (!options.filter.empty()) config.capture.filter = options.filter;
  if (!options.cpus.empty()) apply_cpus(options, config, problems);
  if (options.stream_sha256) config.stream_sha256 = true;
  if (!options.control_socket.empty()) config.control.socket = options.control_socket;
  if (!options.state_folder.empty()) config.state_folder = options.state_folder;
  apply_spool(options, is_live, config);
  config.evidence.folder = evidence_folder_of(config);
  if (!problems.empty()) return problems;
  return config;
}

Result<config::Config> live_config(const RunOptions& options) {
  auto config = effective_config(options, true, ::isatty(STDOUT_FILENO) == 1);
  if (config && !options.inputs.empty()) config->capture.interfaces = options.inputs;
  return config;
}

spool::Options spool_options(const config::Spool& spool) {
  spool::Options options;
  options.bytes_max = spool.size_mib << 20;
  options.segment_bytes = std::min(options.segment_bytes, options.bytes_max / 16);
  options.keep = spool.keep;
  options.sync = static_cast<spool::Sync>(spool.sync);
  return options;
}

}  // namespace outspan::app
