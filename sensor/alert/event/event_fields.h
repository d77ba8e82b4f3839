#pragma once

#include <concepts>
#include <type_traits>

#include "alert/event/event.h"

/// What the structs of an event hold, for whoever goes through all of it: `visitor(field, field,
/// ...)` is called with the fields of one struct. The codec depends on the order: append only.
namespace outspan::alert {

template <class T, class Of>
concept Is = std::same_as<std::remove_const_t<T>, Of>;

void fields(auto& visit, Is<Endpoint> auto& endpoint) { visit(endpoint.address, endpoint.port); }
void fields(auto& visit, Is<policy::FlowLabel> auto& flow) {
  visit(flow.flow_id, flow.direction, flow.source, flow.destination, flow.ip_protocol, flow.app,
        flow.community_id, flow.vlan);
}
void fields(auto& visit, Is<policy::Matches> auto& matches) {
  visit(matches.signature, matches.count, matches.distinct, matches.estimated, matches.samples);
}
void fields(auto& visit, Is<policy::Records> auto& records) {
  visit(records.index, records.built_at, records.key_id, records.distinct, records.estimated,
        records.columns, records.rows, records.by_pseudonym, records.pseudonyms,
        records.rows_truncated, records.canaries);
}
void fields(auto& visit, Is<policy::Actor> auto& actor) {
  visit(actor.user, actor.email_from, actor.hostname, actor.program, actor.address);
}
void fields(auto& visit, Is<policy::Destination> auto& destination) {
  visit(destination.hostname, destination.url, destination.email_to);
}
void fields(auto& visit, Is<policy::ObjectLabel> auto& object) {
  visit(object.path, object.media_type, object.bytes, object.sha256);
}
void fields(auto& visit, Is<policy::Unread> auto& unread) {
  visit(unread.reason, unread.bytes, unread.names);
}
void fields(auto& visit, Is<policy::Generation> auto& generation) {
  visit(generation.rules, generation.indexes);
}
void fields(auto& visit, Is<policy::Access> auto& access) {
  visit(access.identity, access.address, access.user, access.host, access.source, access.program,
        access.usual_program, access.window, access.distinct, access.estimated, access.own_high,
        access.own_days, access.group, access.members, access.p90_high, access.highest, access.busy,
        access.ratio, access.needed, access.fresh, access.peers_with_source, access.learning,
        access.machine, access.sentence);
}
void fields(auto& visit, Is<policy::Incident> auto& incident) {
  visit(incident.id, incident.state, incident.sequence, incident.rule_id, incident.rule_description,
        incident.severity, incident.flow, incident.actor, incident.destination, incident.object,
        incident.matches, incident.records, incident.unread, incident.flows, incident.generation,
        incident.access);
}
void fields(auto& visit, Is<policy::Sighting> auto& sighting) {
  visit(sighting.flow, sighting.actor, sighting.destination, sighting.object, sighting.index,
        sighting.row, sighting.pseudonym, sighting.columns, sighting.canary, sighting.answer);
}
void fields(auto& visit, Is<BlindSpotEvent> auto& spot) {
  visit(spot.flow, spot.reason, spot.bytes, spot.server_name, spot.ja3, spot.ja4, spot.actor,
        spot.destination, spot.object, spot.names, spot.count);
}
void fields(auto& visit, Is<AnomalyEvent> auto& anomaly) {
  visit(anomaly.flow, anomaly.kind, anomaly.detail);
}
void fields(auto& visit, Is<FlowEvent::SideReport> auto& side) {
  visit(side.direction, side.packets, side.gaps, side.bytes.bytes, side.sha256, side.framing,
        side.unclaimed);
}
void fields(auto& visit, Is<FlowEvent> auto& flow) {
  visit(flow.flow, flow.start, flow.end, flow.reason, flow.sides);
}
void fields(auto& visit, Is<ObjectEvent> auto& object) {
  visit(object.flow, object.actor, object.destination, object.object, object.text_bytes,
        object.opaque_bytes, object.skipped_bytes, object.opaque_reason, object.complete);
}
void fields(auto& visit, Is<Columns> auto& columns) { visit(columns.bytes); }
void fields(auto& visit, Is<Missing> auto& missing) {
  visit(missing.reason, missing.subject, missing.packets, missing.bytes, missing.detail);
}
void fields(auto& visit, Is<LedgerEvent> auto& ledger) {
  visit(ledger.by_direction, ledger.by_app_proto, ledger.missing, ledger.by_reason);
}
void fields(auto& visit, Is<StatsEvent> auto& stats) { visit(stats.stats); }
void fields(auto& visit, Is<NoticeEvent> auto& notice) { visit(notice.kind, notice.detail); }
void fields(auto& visit, Is<evidence::EvidenceFile> auto& file) {
  visit(file.name, file.sha256, file.bytes, file.items, file.cut, file.missing);
}
void fields(auto& visit, Is<Event> auto& event) {
  visit(event.id, event.time, event.body, event.capture_file, event.first_packet,
        event.last_packet);
  visit.if_any(event.evidence);
}

}  // namespace outspan::alert
