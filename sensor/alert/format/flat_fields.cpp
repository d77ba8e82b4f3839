#include <fmt/format.h>

#include "alert/event/names.h"
#include "alert/format/flat_fields.h"

namespace outspan::alert {
namespace {

class Fields {
 public:
  void add(std::string_view name, std::string value) {
    if (!value.empty()) fields_.push_back({name, std::move(value)});
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
    add("program", actor.program);
    add("client_address", actor.address);
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

  std::vector<FlatField> take() { return std::move(fields_); }

 private:
  std::vector<FlatField> fields_;
};

struct BodyFields {
  const Event& event;
  Fields& fields;

  void operator()(const policy::Incident& incident) const {
    fields.add("incident_id", incident.id);
    fields.add("state", std::string(to_string(incident.state)));
    fields.add("rule", incident.rule_id);
    fields.add("severity", std::string(config::to_string(incident.severity)));
    fields.flow(incident.flow);
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
      names += (names.empty() ? "" : ", ") + Fields::joined(one.names, ", ");
    }
    fields.add("records", records);
    fields.add("blindspots", unread);
    fields.add("file_names", names);
    fields.add("matches", counts);
    fields.people(incident.actor, incident.destination);
    if (incident.object) fields.object(*incident.object);
    fields.add("samples", samples);
    if (incident.flows > 1) fields.add("flows", std::to_string(incident.flows));
    fields.add("rows", rows);
    if (incident.access) fields.add("access", incident.access->sentence.text());
  }
  void operator()(const policy::Sighting& sighting) const {
    fields.add("index", sighting.index);
    if (sighting.row != 0)
      fields.add("row", std::to_string(sighting.row));
    else
      fields.add("pseudonym", fmt::format("{:016x}", sighting.pseudonym));
    std::string columns;
    for (const std::string& column : sighting.columns)
      columns += (columns.empty() ? "" : ",") + column;
    fields.add("columns", columns);
    if (sighting.canary) fields.add("canary", "true");
    fields.flow(sighting.flow);
    fields.people(sighting.actor, sighting.destination);
    fields.object(sighting.object);
  }
  void operator()(const NoticeEvent& notice) const {
    fields.add("kind", notice.kind);
    fields.add("detail", notice.detail);
  }
  void operator()(const BlindSpotEvent& spot) const {
    fields.add("reason", spot.reason);
    fields.add("bytes", std::to_string(spot.bytes));
    fields.flow(spot.flow);
    fields.add("server_name", spot.server_name);
    fields.add("ja4", spot.ja4);
    fields.add("ja3", spot.ja3);
    fields.people(spot.actor, spot.destination);
    if (spot.object) fields.object(*spot.object);
    fields.add("file_names", Fields::joined(spot.names, ", "));
    if (spot.count != 0) fields.add("count", std::to_string(spot.count));
  }
  void operator()(const AnomalyEvent& anomaly) const {
    fields.add("kind", anomaly.kind);
    fields.flow(anomaly.flow);
    fields.add("detail", anomaly.detail);
  }
  void operator()(const FlowEvent& flow) const {
    fields.flow(flow.flow);
    fields.add("start", to_rfc3339(flow.start));
    fields.add("end", to_rfc3339(flow.end));
    fields.add("reason", flow.reason);
    static constexpr std::string_view kPackets[] = {"packets_to_server", "packets_to_client"};
    static constexpr std::string_view kBytes[] = {"bytes_to_server", "bytes_to_client"};
    static constexpr std::string_view kSha256[] = {"sha256_to_server", "sha256_to_client"};
    for (std::size_t i = 0; i < flow.sides.size(); ++i) {
      fields.add(kPackets[i], std::to_string(flow.sides[i].packets));
      fields.add(kBytes[i], std::to_string(flow.sides[i].bytes.total()));
      fields.add(kSha256[i], flow.sides[i].sha256);
    }
  }
  void operator()(const ObjectEvent& object) const {
    fields.flow(object.flow);
    fields.object(object.object);
    fields.people(object.actor, object.destination);
    fields.add("opaque_reason", object.opaque_reason);
    if (!object.complete) fields.add("complete", "false");
  }
  void operator()(const LedgerEvent& ledger) const {
    fields.add("direction", "outbound");
    fields.columns(ledger.by_direction[index(Direction::outbound)]);
    fields.add("complete", ledger.missing.empty() ? "true" : "false");
    std::string missing;
    for (const Missing& each : ledger.missing)
      missing += (missing.empty() ? "" : "; ") + each.detail;
    fields.add("missing", missing);
  }
  void operator()(const StatsEvent& stats) const {
    // SD-NAMEs end at 32 characters, so the counters are one parameter.
    std::string counters;
    for (const auto& [name, value] : stats.stats.values())
      if (value != 0) counters += fmt::format("{}{}={}", counters.empty() ? "" : " ", name, value);
    fields.add("counters", counters);
  }
};

}  // namespace

std::vector<FlatField> flat_fields(const Event& event) {
  Fields fields;
  fields.add("event_id", event.id);
  std::visit(BodyFields{event, fields}, event.body);
  if (event.first_packet != 0) {
    fields.add("capture_file", event.capture_file);
    fields.add("packets", fmt::format("{}-{}", event.first_packet, event.last_packet));
  }
  if (event.evidence) {
    fields.add("evidence_file", event.evidence->name);
    fields.add("evidence_sha256", event.evidence->sha256);
    fields.add("evidence_missing", event.evidence->missing);
  }
  return fields.take();
}

}  // namespace outspan::alert
