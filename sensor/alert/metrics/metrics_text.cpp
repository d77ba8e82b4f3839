#include <fmt/format.h>

#include "alert/format/product.h"
#include "alert/metrics/metrics.h"

/// The names and labels of metrics; docs/metrics.md has the same list.
namespace outspan::alert {
namespace {

using enum Exposition::Type;

/// A counter or gauge of `stats` under a name of its own.
struct Known {
  std::string_view name;
  Exposition::Type type;
  std::string_view help;
  struct Sample {
    std::string_view stat, label, value;  // label empty: none
  };
  std::initializer_list<Sample> samples;
};
const Known kKnown[] = {
    {"outspan_packets_total", counter, "Packets read.", {{"capture.packets", "", ""}}},
    {"outspan_captured_bytes_total", counter, "Bytes of them.", {{"capture.bytes", "", ""}}},
    {"outspan_dropped_packets_total",
     counter,
     "Packets that were on the wire and did not reach the sensor, by the place that lost them.",
     {{"capture.kernel_dropped", "place", "kernel"},
      {"capture.interface_dropped", "place", "interface"},
      {"capture.left_in_ring", "place", "ring"}}},
    {"outspan_dropped_records_total",
     counter,
     "Alerts and other records that found no room on the way to delivery.",
     {{"alert.dropped", "", ""}}},
    {"outspan_flows", gauge, "Flows that are open.", {{"flow.active", "", ""}}},
    {"outspan_flows_evicted_total",
     counter,
     "Flows that were given up for room.",
     {{"flow.evicted", "", ""}}},
    {"outspan_incidents", gauge, "Incidents that are open.", {{"policy.incidents_open", "", ""}}},
    {"outspan_memory_bytes",
     gauge,
     "Memory in use, by its budget.",
     {{"flow.table_bytes", "budget", "flows"},
      {"flow.reassembly_bytes", "budget", "reassembly"},
      {"flow.history_bytes", "budget", "history"},
      {"content.memory_bytes", "budget", "content"},
      {"policy.memory_bytes", "budget", "policy"},
      {"policy.host_memory_bytes", "budget", "hosts"}}},
    {"outspan_spool_bytes", gauge, "Bytes of the spool on the disk.", {{"spool.bytes", "", ""}}},
};

/// `label`: beside that of the bounds; an empty name: there is none.
void put_delays(Exposition& out, std::pair<std::string_view, std::string_view> label,
                const Delays& delays) {
  std::uint64_t below = 0;
  const auto bucket = [&](std::string_view bound) {
    const auto value = static_cast<double>(below);
    label.first.empty() ? out.sample("_bucket", {{"le", bound}}, value)
                        : out.sample("_bucket", {label, {"le", bound}}, value);
  };
  for (std::size_t i = 0; i < Delays::kBounds.size(); ++i) {
    below += delays.counts[i];
    bucket(fmt::format("{}", Delays::kBounds[i]));
  }
  below += delays.counts.back();
  bucket("+Inf");
  const auto put = [&](std::string_view suffix, double value) {
    label.first.empty() ? out.sample(suffix, {}, value) : out.sample(suffix, {label}, value);
  };
  put("_sum", delays.sum);
  put("_count", static_cast<double>(below));
}

}  // namespace

std::string Metrics::text() const {
  Exposition out;
  out.family("outspan_build_info", gauge, "The program.");
  out.sample({{"version", kProductVersion}}, 1);
  {
    const std::lock_guard lock(mutex_);
    put_events(out);
    put_alerts(out);
    put_ledger(out);
    put_stats(out);
  }
  put_outputs(out);
  return out.text();
}

void Metrics::put_events(Exposition& out) const {
  out.family("outspan_events_total", counter, "Events by type.");
  for (const auto& [type, count] : events_) out.sample({{"type", type}}, count);
  out.family("outspan_blindspots_total", counter, "Blind spots by reason.");
  for (const auto& [reason, spots] : blind_spots_) out.sample({{"reason", reason}}, spots.events);
  out.family("outspan_blindspot_bytes_total", counter, "Bytes in blind spots.");
  for (const auto& [reason, spots] : blind_spots_) out.sample({{"reason", reason}}, spots.bytes);
  out.family("outspan_anomalies_total", counter, "Anomalies by kind.");
  for (const auto& [kind, count] : anomalies_) out.sample({{"kind", kind}}, count);
}

void Metrics::put_alerts(Exposition& out) const {
  out.family("outspan_alerts_total", counter, "Incidents that were opened.");
  for (const auto& [key, count] : alerts_)
    out.sample({{"rule", key.first}, {"severity", config::to_string(key.second)}}, count);
  out.family("outspan_customers_total", counter,
             "Different customers in incidents that were closed, summed over incidents.");
  for (const auto& [key, count] : customers_)
    out.sample({{"rule", key.first}, {"index", key.second}}, count);
  out.family("outspan_alert_delay_seconds", histogram,
             "From the packet that completed an alert to the alert.");
  put_delays(out, {}, delays_);
}

void Metrics::put_ledger(Exposition& out) const {
  out.family("outspan_ledger_bytes_total", counter,
             "Payload bytes by what became of them; the columns of a direction add up.");
  for (std::size_t direction = 0; direction < kDirections; ++direction)
    for (std::size_t column = 0; column < kColumns; ++column)
      out.sample({{"direction", to_string(static_cast<Direction>(direction))},
                  {"column", to_string(static_cast<Column>(column))}},
                 ledger_.by_direction[direction].bytes[column]);
  out.family("outspan_ledger_complete", gauge, "1: all that was on the wire is in the ledger.");
  out.sample({}, ledger_.missing.empty() ? 1 : 0);
}

void Metrics::put_stats(Exposition& out) const {
  for (const Known& known : kKnown) {
    out.family(known.name, known.type, known.help);
    for (const auto& [stat, label, value] : known.samples)
      label.empty() ? out.sample({}, stats_.value(stat))
                    : out.sample({{label, value}}, stats_.value(stat));
  }
  out.family("outspan_stat", untyped, "Every value of the latest stats event by its name.");
  for (const auto& [name, value] : stats_.values()) out.sample({{"name", name}}, value);
}

void Metrics::put_outputs(Exposition& out) const {
  std::vector<OutputState> states;
  {
    const std::lock_guard lock(mutex_);
    for (const Output* output : outputs_) states.push_back(output->state());
  }
  out.family("outspan_output_events_total", counter, "Events of an output by what became of them.");
  for (const OutputState& state : states)
    for (const auto& [result, count] : {std::pair{"delivered", state.written},
                                        {"resent", state.resent},
                                        {"refused", state.refused},
                                        {"lost", state.lost}})
      out.sample({{"output", state.name}, {"result", result}}, count);
  out.family("outspan_output_waiting", gauge, "Events that wait for an output.");
  for (const OutputState& state : states) out.sample({{"output", state.name}}, state.waiting);
  out.family("outspan_delivery_delay_seconds", histogram,
             "From an event to its delivery, as far as the protocol can tell.");
  for (const OutputState& state : states) put_delays(out, {"output", state.name}, state.delays);
  out.family("outspan_output_up", gauge, "1: the receiver takes events.");
  for (const OutputState& state : states) out.sample({{"output", state.name}}, state.away ? 0 : 1);
}

}  // namespace outspan::alert
