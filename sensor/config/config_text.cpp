// The configuration as text: what runs, and a starter file.
#include <fmt/format.h>

#include "config/access_reader.h"
#include "config/config_file.h"
#include "config/cpu_list.h"
#include "config/duration_text.h"
#include "config/option_text.h"
#include "config/output_reader.h"
#include "config/yaml_text.h"

namespace outspan::config {
namespace {

void add_when_given(std::string& out, std::string_view key, const std::string& list_text) {
  if (list_text != "[]") out += fmt::format("      {}: {}\n", key, list_text);
}

std::string records_text(const Rule::When& when) {
  std::string out = fmt::format("      fingerprint: {}\n", texts(when.fingerprints));
  add_when_given(out, "columns", texts(when.columns));
  add_when_given(out, "all", texts(when.all));
  out +=
      fmt::format("      any: {}\n      distinct_records: {}\n", when.any, when.distinct_records);
  if (when.canary) out += "      canary: true\n";
  if (when.weak) out += "      weak: true\n";
  return out;
}

std::string rule_text(const Rule& rule) {
  std::string out = fmt::format("  - id: {}\n    description: {}\n    severity: {}\n    when:\n",
                                rule.id, quoted(rule.description), to_string(rule.severity));
  const Rule::When& when = rule.when;
  if (when.about_blind_spots())
    out += fmt::format("      blindspot: {}\n      bytes: {}\n", texts(when.blind_spots),
                       when.blind_spot_bytes);
  else if (when.counts_records())
    out += records_text(when);
  else
    out +=
        fmt::format("      signatures: {}\n      min_confidence: {}\n      distinct_values: {}\n",
                    texts(when.signatures), when.min_confidence, when.distinct_values);
  add_when_given(out, "direction", directions(when.direction));
  add_when_given(out, "protocols", texts(when.protocols));
  add_when_given(out, "sources", prefixes(when.sources));
  add_when_given(out, "destinations", prefixes(when.destinations));
  if (!when.about_blind_spots()) out += fmt::format("      within: {}\n", to_string(when.within));
  if (when.within == Within::host)
    out +=
        fmt::format("      window: {}\n      per: {}\n", to_text(when.window), to_string(when.per));
  std::string except;
  add_when_given(except, "sources", prefixes(rule.except.sources));
  add_when_given(except, "destinations", prefixes(rule.except.destinations));
  add_when_given(except, "email_from", texts(rule.except.email_from));
  add_when_given(except, "email_to", texts(rule.except.email_to));
  add_when_given(except, "hostnames", texts(rule.except.hostnames));
  add_when_given(except, "values", texts(rule.except.values));
  add_when_given(except, "rules", texts(rule.except.rules));
  if (!except.empty()) out += "    except:\n" + except;
  return out;
}

std::string syslog_lines(const Syslog& syslog) {
  return fmt::format("  enterprise_number: {}\n  facility: {}\n  app_name: {}\n",
                     syslog.enterprise_number, syslog.facility, quoted(syslog.app_name));
}

}  // namespace

std::string to_yaml(const Config& config) {
  std::string out = fmt::format("sensor: {}\n", quoted(config.sensor));
  out += fmt::format("home_networks: {}\n", prefixes(config.home_networks));
  out += fmt::format("directions: {}\n", directions(config.directions));
  out += fmt::format("countries: {}\n", texts(config.countries));
  out += fmt::format("capture:\n  interfaces: {}\n  filter: {}\n  cpus: {}\n",
                     texts(config.capture.interfaces), quoted(config.capture.filter),
                     quoted(cpu_list_text(config.capture.cpus)));
  out += option_lines(capture_options(), config.capture, false);
  out += fmt::format("signatures: {}\n", texts(config.signatures));
  out += config.fingerprints.empty() ? "fingerprints: []\n" : "fingerprints:\n";
  for (const Fingerprint& one : config.fingerprints)
    out += fmt::format("  - name: {}\n    index: {}\n    key_file: {}\n", one.name,
                       quoted(one.index), quoted(one.key_file));
  out += config.rules.empty() ? "rules: []\n" : "rules:\n";
  for (const Rule& rule : config.rules) out += rule_text(rule);
  out += config.outputs.empty() ? "outputs: []\n" : "outputs:\n";
  for (const Output& output : config.outputs) out += output_text(output);
  out += fmt::format("inspect_disguises: {}\n", config.inspect_disguises);
  out += fmt::format("events: {}\nstream_sha256: {}\nreport_interval: {}\n", texts(config.events),
                     config.stream_sha256, to_text(config.report_interval));
  out += "timeouts:\n" + option_lines(timeout_options(), config.timeouts, false);
  out += "limits:\n" + option_lines(limit_options(), config.limits, false);
  out += "alerts:\n" + option_lines(alert_options(), config.alerts, false);
  out += fmt::format("  row_pseudonyms: {}\n", config.alerts.row_pseudonyms);
  out += fmt::format("state:\n  folder: {}\n", quoted(config.state_folder));
  out += "syslog:\n" + syslog_lines(config.syslog);
  out += "spool:\n" + option_lines(spool_options(), config.spool, false);
  out += fmt::format("  folder: {}\n  sync: {}\n", quoted(config.spool.folder),
                     to_string(config.spool.sync));
  out += fmt::format("metrics:\n  listen: {}\n  textfile: {}\n", quoted(config.metrics.listen),
                     quoted(config.metrics.textfile));
  out += fmt::format("control:\n  socket: {}\n", quoted(config.control.socket));
  return out + access_text(config.access, false);
}

namespace {

/// The second half of starter_file(): what is written where, and the limits.
std::string starter_outputs(const Config& config) {
  std::string out;
  out +=
      "\n# Besides standard output. Example:\n"
      "#   - {type: json, file: /var/log/outspan/events.json}\n"
      "#   - {type: syslog, url: \"tcp://siem.example:601\", events: [alert, blindspot]}\n"
      "outputs: []\n\n# Also: record (each customer's record, once an object), flow, object.\n";
  out += fmt::format("events: {}\n", texts(config.events));
  out += fmt::format(
      "stream_sha256: {}              # SHA-256 of each direction's bytes in `flow` events\n"
      "report_interval: {}              # live: between `ledger` and `stats` events\n\n",
      config.stream_sha256, to_text(config.report_interval));
  out +=
      "# All in packet time.\ntimeouts:\n" + option_lines(timeout_options(), config.timeouts, true);
  out += "\n# Reaching one is counted in `stats` and shown in the ledger.\nlimits:\n" +
         option_lines(limit_options(), config.limits, true);
  out += "\nalerts:\n" + option_lines(alert_options(), config.alerts, true);
  out += "  row_pseudonyms: false           # keyed pseudonyms instead of row numbers\n";
  out +=
      "\n# Where `outspan live` keeps the windows of hosts over a restart; empty: nowhere.\n"
      "state:\n  folder: \"\"\n";
  out += "\nsyslog:\n" + syslog_lines(config.syslog);
  out +=
      "\n# Events on disk until every output has them, so that none is lost while a receiver is "
      "away "
      "or the\n# sensor restarts. `live` with a state folder has one.\nspool:\n";
  out += option_lines(spool_options(), config.spool, true);
  out +=
      "  folder: \"\"                      # empty: `spool` in the state folder\n"
      "  sync: batch                     # forced to the disk: batch, second or never\n"
      "\n# For Prometheus: `/metrics` and `/healthz` on a port (127.0.0.1:9437), or a file for the "
      "textfile\n# collector of node_exporter; empty: neither.\n"
      "metrics:\n  listen: \"\"\n  textfile: \"\"\n"
      "\n# Where `outspan status` and `outspan reload` ask; empty: /run/outspan/control.sock, if "
      "it "
      "can be made.\ncontrol:\n  socket: \"\"\n";
  return out + access_text(config.access, true);
}

}  // namespace

std::string starter_file() {
  const Config config = default_config();
  std::string out =
      "# Outspan configuration. Every key may be left out; what stands here is the default.\n"
      "# Check it with: outspan config check FILE\n\n"
      "# Name of this sensor in every event.\n";
  out += fmt::format("sensor: {}\n\n", quoted(config.sensor));
  out += "# Inside. A byte from inside to outside is outbound, whoever opened the connection.\n";
  out += fmt::format("home_networks: {}\n\n", prefixes(config.home_networks));
  out += "# Which bytes are inspected: outbound, inbound, internal, transit.\n";
  out += fmt::format("directions: {}\n\n", directions(config.directions));
  out += "# ISO 3166 codes of the countries whose national phone formats are looked for.\n";
  out += fmt::format("countries: {}\n\n", texts(config.countries));
  out +=
      "capture:\n  interfaces: []                  # for `outspan live`\n"
      "  filter: \"\"                      # BPF, as in tcpdump\n"
      "  cpus: \"\"                        # cores for the workers, \"0-3,6\"; empty: any\n";
  out += option_lines(capture_options(), config.capture, true);
  out += "\n# Files or folders; `builtin` are those inside the program.\n";
  out += fmt::format("signatures: {}\n\n", texts(config.signatures));
  out +=
      "# Indexes of customers' values, made by `outspan fingerprint build`. Example:\n"
      "#   - {name: customers, index: customers.ofp, key_file: customers.key}\n"
      "fingerprints: []\n\n";
  out +=
      "# A rule: which signatures, how many different values, within what\n"
      "# (object, flow, or host over a window). Optional in `when`: direction, protocols, "
      "sources,\n"
      "# destinations. Optional in a rule: except, with sources, destinations, email_from, "
      "email_to,\n"
      "# hostnames, values (`*` stands for anything), rules (whose incidents tell it already). "
      "With indexes of customers (`fingerprints`) a\n"
      "# rule may count those instead: fingerprint, columns, any, all, distinct_records, canary.\n"
      "# Or what cannot be read: blindspot (encrypted-*, pgp, high-entropy...), bytes. "
      "Indexes\n"
      "# that no rule names have built-in rules.\nrules:\n";
  for (const Rule& rule : config.rules) out += rule_text(rule);
  out += fmt::format(
      "\n# ROT13, reversed and spaced-out (\"a l i c e\") text too: three more passes over all "
      "text.\n"
      "inspect_disguises: {}\n",
      config.inspect_disguises);
  return out + starter_outputs(config);
}

}  // namespace outspan::config
