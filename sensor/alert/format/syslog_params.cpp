#include <fmt/format.h>

#include "alert/format/syslog_format.h"
#include "alert/names.h"

/// Which fields of an event go into structured data.
namespace outspan::alert {
namespace {

class Params {
 public:
  void add(std::string_view name, std::string value) {
    if (!value.empty()) params_.push_back({name, std::move(value)});
  }
  void add(std::string_view name, const Masked& value) { add(name, value.text()); }

  void flow(const policy::FlowLabel& flow) {
    add("direction", std::string(outspan::to_string(flow.direction)));
    add("src", flow.source.address.to_string());
    if (has_ports(flow.ip_protocol)) add("spt", std::to_string(flow.source.port));
    add("dst", flow.destination.address.to_string());
    if (has_ports(flow.ip_protocol)) add("dpt", std::to_string(flow.destination.port));
    add("proto", ip_protocol_name(flow.ip_protocol));
    add("app", std::string(flow.app.name()));
    add("community_id", flow.community_id);
    std::string vlans;
    for (const std::uint16_t vlan : flow.vlan)
      vlans += fmt::format("{}{}", vlans.empty() ? "" : ",", vlan);
    add("vlan", vlans);
  }

  void people(const policy::Actor& actor, const policy::Destination& destination) {
    add("user", actor.user);
    add("email_from", actor.email_from);
    add("email_to", joined(destination.email_to, ","));
    add("dest_hostname", destination.hostname);
    add("src_hostname", actor.hostname);
    add("url", destination.url);
  }

  void object(const policy::ObjectLabel& object) {
    add("path", joined(object.path, " > "));
    if (object.bytes != 0) add("object_bytes", std::to_string(object.bytes));
    add("sha256", object.sha256);
    add("media_type", object.media_type);
  }

  void columns(const Columns& columns) {
    add("total", std::to_string(columns.total()));
    for (std::size_t i = 0; i < kColumns; ++i)
      add(outspan::to_string(static_cast<Column>(i)), std::to_string(columns.bytes[i]));
  }

  static std::string joined(const std::vector<Masked>& parts, std::string_view between) {
    std::string text;
    for (const Masked& part : parts) {
      if (!text.empty()) text += between;
      text += part.text();
    }
    return text;
  }

  std::vector<SdParam> take() { return std::move(params_); }

 private:
  std::vector<SdParam> params_;
};

struct BodyParams {
  const Event& event;
  Params& params;

  void operator()(const policy::Incident& incident) const {
    params.add("incident_id", incident.id);
    params.add("state", std::string(to_string(incident.state)));
    params.add("rule", incident.rule_id);
    params.add("severity", std::string(config::to_string(incident.severity)));
    params.flow(incident.flow);
    std::string counts, samples;
    for (const policy::Matches& match : incident.matches) {
      counts += fmt::format("{}{}={}/{}", counts.empty() ? "" : ",", match.signature,
                            match.distinct, match.count);
      for (const Masked& sample : match.samples)
        samples += (samples.empty() ? "" : ", ") + sample.text();
    }
    std::string records, rows;
    for (const policy::Records& one : incident.records) {
      records += fmt::format("{}{}={}", records.empty() ? "" : ";", one.index, one.distinct);
      for (const auto& [column, count] : one.columns)
        records += fmt::format(",{}={}", column, count);
      if (one.canaries != 0) records += fmt::format(",canaries={}", one.canaries);
      for (const std::uint64_t row : one.rows)
        rows += fmt::format("{}{}", rows.empty() ? "" : ",", row);
    }
    std::string unread, names;
    for (const policy::Unread& one : incident.unread) {
      unread += fmt::format("{}{}={}", unread.empty() ? "" : ",", one.reason, one.bytes);
      names += (names.empty() ? "" : ", ") + Params::joined(one.names, ", ");
    }
    params.add("records", records);
    params.add("blindspots", unread);
    params.add("file_names", names);
    params.add("matches", counts);
    params.people(incident.actor, incident.destination);
    if (incident.object) params.object(*incident.object);
    params.add("samples", samples);
    if (incident.flows > 1) params.add("flows", std::to_string(incident.flows));
    params.add("rows", rows);
  }
  void operator()(const policy::Sighting& sighting) const {
    params.add("index", sighting.index);
    if (sighting.row != 0)
      params.add("row", std::to_string(sighting.row));
    else
      params.add("pseudonym", fmt::format("{:016x}", sighting.pseudonym));
    std::string columns;
    for (const std::string& column : sighting.columns)
      columns += (columns.empty() ? "" : ",") + column;
    params.add("columns", columns);
    if (sighting.canary) params.add("canary", "true");
    params.flow(sighting.flow);
    params.people(sighting.actor, sighting.destination);
    params.object(sighting.object);
  }
  void operator()(const NoticeEvent& notice) const {
    params.add("kind", notice.kind);
    params.add("detail", notice.detail);
  }
  void operator()(const BlindSpotEvent& spot) const {
    params.add("reason", spot.reason);
    params.add("bytes", std::to_string(spot.bytes));
    params.flow(spot.flow);
    params.add("server_name", spot.server_name);
    params.add("ja4", spot.ja4);
    params.add("ja3", spot.ja3);
    params.people(spot.actor, spot.destination);
    if (spot.object) params.object(*spot.object);
    params.add("file_names", Params::joined(spot.names, ", "));
  }
  void operator()(const AnomalyEvent& anomaly) const {
    params.add("kind", anomaly.kind);
    params.flow(anomaly.flow);
    params.add("detail", anomaly.detail);
  }
  void operator()(const FlowEvent& flow) const {
    params.flow(flow.flow);
    params.add("start", to_rfc3339(flow.start));
    params.add("end", to_rfc3339(flow.end));
    params.add("reason", flow.reason);
    static constexpr std::string_view kPackets[] = {"packets_to_server", "packets_to_client"};
    static constexpr std::string_view kBytes[] = {"bytes_to_server", "bytes_to_client"};
    static constexpr std::string_view kSha256[] = {"sha256_to_server", "sha256_to_client"};
    for (std::size_t i = 0; i < flow.sides.size(); ++i) {
      params.add(kPackets[i], std::to_string(flow.sides[i].packets));
      params.add(kBytes[i], std::to_string(flow.sides[i].bytes.total()));
      params.add(kSha256[i], flow.sides[i].sha256);
    }
  }
  void operator()(const ObjectEvent& object) const {
    params.flow(object.flow);
    params.object(object.object);
    params.people(object.actor, object.destination);
    params.add("opaque_reason", object.opaque_reason);
    if (!object.complete) params.add("complete", "false");
  }
  void operator()(const LedgerEvent& ledger) const {
    params.add("direction", "outbound");
    params.columns(ledger.by_direction[index(Direction::outbound)]);
    params.add("complete", ledger.complete ? "true" : "false");
  }
  void operator()(const StatsEvent& stats) const {
    // SD-NAMEs end at 32 characters, so the counters are one parameter.
    std::string counters;
    for (const auto& [name, value] : stats.stats.values())
      if (value != 0) counters += fmt::format("{}{}={}", counters.empty() ? "" : " ", name, value);
    params.add("counters", counters);
  }
};

}  // namespace

std::vector<SdParam> sd_params(const Event& event) {
  Params params;
  params.add("event_id", event.id);
  std::visit(BodyParams{event, params}, event.body);
  if (event.first_packet != 0) {
    params.add("capture_file", event.capture_file);
    params.add("packets", fmt::format("{}-{}", event.first_packet, event.last_packet));
  }
  return params.take();
}

}  // namespace outspan::alert
