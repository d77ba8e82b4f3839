// The configuration as text: what runs, and a starter file.
#include <fmt/format.h>

#include "config/access_reader.h"
#include "config/config_file.h"
#include "config/cpu_list.h"
#include "config/duration_text.h"
#include "config/option_text.h"
#include "config/output_reader.h"
#include "config/rule_text.h"
#include "config/yaml_text.h"

namespace outspan::config {
namespace {

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
  out += fmt::format("state:\n  folder: {}\n", quoted(config.state_folder));
  out += "syslog:\n" + syslog_lines(config.syslog);
  out += "spool:\n" + option_lines(spool_options(), config.spool, false);
  out += fmt::format("  folder: {}\n  sync: {}\n", quoted(config.spool.folder),
                     to_string(config.spool.sync));
  out += fmt::format("evidence:\n  certificate: {}\n  folder: {}\n  mode: {}\n",
                     quoted(config.evidence.certificate), quoted(config.evidence.folder),
                     to_string(config.evidence.mode));
  out += option_lines(evidence_options(), config.evidence, false);
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
      "\n# What proves an incident, encrypted to the certificate of who may look at it, so that "
      "the "
      "sensor can\n# write it and never read it (docs/evidence.md). Without a certificate nothing "
      "is kept.\n"
      "evidence:\n  certificate: \"\"                 # X.509, PEM or DER; RSA or elliptic curve\n"
      "  folder: \"\"                      # empty: `evidence` in the state folder\n"
      "  mode: packets                   # of the flow, around the match; or object\n";
  out += option_lines(evidence_options(), config.evidence, true);
  out +=
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
  out += "# What is an incident. Indexes that no rule names have built-in rules.\n";
  out += rule_help() + "rules:\n";
  for (const Rule& rule : config.rules) out += rule_text(rule);
  out += fmt::format(
      "\n# ROT13, reversed and spaced-out (\"a l i c e\") text too: three more passes over all "
      "text.\n"
      "inspect_disguises: {}\n",
      config.inspect_disguises);
  return out + starter_outputs(config);
}

}  // namespace outspan::config
