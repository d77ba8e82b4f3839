#include "alert/event/event_maker.h"

#include <algorithm>

#include "policy/flow_label.h"
#include "policy/masked_context.h"

namespace outspan::alert {

EventMaker::EventMaker(const config::Config& config, policy::Masking& masking)
    : config_(config), masking_(masking) {}

Event EventMaker::event_of(const FlowContext& flow, EventBody body) const {
  Event event;
  event.order = {flow.now.packet, flow.info.id, 0};
  event.time = flow.now.time;
  event.body = std::move(body);
  return event;
}

Masked EventMaker::masked(std::string_view wire) const {
  return wire.empty() ? Masked() : masking_.mask(wire);
}

Event EventMaker::anomaly(const FlowContext& flow, Side side, const Anomaly& anomaly) const {
  return event_of(flow, AnomalyEvent{policy::label(flow, side),
                                     anomaly.kind ? anomaly.kind : "unknown", anomaly.detail});
}

Event EventMaker::flow(const flow::FlowEnd& end) const {
  FlowEvent event;
  event.flow = policy::label(end.flow, Side::client);
  event.start = end.flow.info.first_seen;
  event.end = end.last_seen;
  event.reason = flow::to_string(end.reason);
  for (const Side side : {Side::client, Side::server}) {
    FlowEvent::SideReport& report = event.sides[index(side)];
    report.direction = end.flow.direction(side);
    report.packets = end.packets[index(side)];
    report.gaps = end.gaps[index(side)];
    report.bytes = end.flow.account.columns(side);
    report.sha256 = end.sha256[index(side)];
    report.framing = end.flow.account.framing_bytes(side);
    report.unclaimed = end.flow.account.unclaimed(side);
  }
  return event_of(end.flow, std::move(event));
}

std::vector<Event> EventMaker::blind_spots(const flow::FlowEnd& end) {
  const FlowContext& flow = end.flow;
  std::vector<Event> events;
  for (const Side side : {Side::client, Side::server}) {
    if (!flow.inspected(side)) continue;
    const Columns& columns = flow.account.columns(side);
    const char* encrypted = flow.encryption.reason ? flow.encryption.reason : "encrypted";
    const std::pair<Column, const char*> causes[] = {{Column::encrypted, encrypted},
                                                     {Column::lost, "loss"},
                                                     {Column::truncated, "truncated"},
                                                     {Column::skipped, "skipped"},
                                                     {Column::skipped, "unclaimed"}};
    const std::uint64_t unclaimed = flow.account.unclaimed(side);
    for (const auto& [column, reason] : causes) {
      const bool is_unclaimed = std::string_view(reason) == "unclaimed";
      std::uint64_t bytes = is_unclaimed ? unclaimed : columns[column];
      if (column == Column::skipped && !is_unclaimed)
        bytes -= std::min(bytes, flow.account.claimed_as_skipped(side) + unclaimed);
      if (bytes == 0) continue;
      if (bytes < config_.alerts.blindspot_bytes) {
        small_.add(flow, side, reason, bytes);
        continue;
      }
      BlindSpotEvent spot;
      spot.flow = policy::label(flow, side);
      spot.reason = reason;
      spot.bytes = bytes;
      spot.server_name = masked(flow.encryption.names().server_name);
      spot.ja3 = flow.encryption.names().ja3;
      spot.ja4 = flow.encryption.names().ja4;
      events.push_back(event_of(flow, std::move(spot)));
    }
  }
  return events;
}

std::optional<Event> EventMaker::blind_spot(const FlowContext& flow, const ObjectBlindSpot& spot) {
  const char* const reason = spot.reason ? spot.reason : "unknown";
  if (std::string_view(reason) == content::kMedia || spot.bytes == 0) return std::nullopt;
  if (spot.bytes < config_.alerts.blindspot_bytes) {
    small_.add(flow, spot.side, reason, spot.bytes);
    return std::nullopt;
  }
  BlindSpotEvent event;
  event.flow = policy::label(flow, spot.side);
  event.reason = reason;
  event.bytes = spot.bytes;
  policy::ObjectLabel& object = event.object.emplace();
  for (const std::string& element : spot.path)
    if (!element.empty()) object.path.push_back(masked(element));
  if (!spot.media_type.empty()) object.media_type = masked(spot.media_type).text();
  for (const std::string& name : spot.names) event.names.push_back(masked(name));
  return event_of(flow, std::move(event));
}

std::optional<Event> EventMaker::blind_spot(const content::Object& object,
                                            const ObjectBlindSpot& spot) {
  std::optional<Event> event = blind_spot(object.flow, spot);
  if (!event) return event;
  auto& body = std::get<BlindSpotEvent>(event->body);
  body.actor = policy::masked_actor(object.info.actor, masking_, nullptr);
  body.destination = policy::masked_destination(object.info.destination, masking_, nullptr);
  return event;
}

Event EventMaker::object(const content::Object& object,
                         const content::ObjectSummary& summary) const {
  ObjectEvent event;
  event.flow = policy::label(object.flow, object.side);
  event.actor = policy::masked_actor(object.info.actor, masking_, nullptr);
  event.destination = policy::masked_destination(object.info.destination, masking_, nullptr);
  if (!object.info.name.empty()) event.object.path.push_back(masked(object.info.name));
  event.object.media_type = masked(summary.media_type).text();
  event.object.bytes = summary.wire_bytes;
  event.object.sha256 = summary.sha256;
  event.text_bytes = summary.text_bytes;
  event.opaque_bytes = summary.opaque_bytes;
  event.skipped_bytes = summary.skipped_bytes;
  event.opaque_reason = summary.opaque_reason ? summary.opaque_reason : "";
  event.complete = summary.end == protocol::ObjectEnd::complete;
  return event_of(object.flow, std::move(event));
}

LedgerEvent ledger_event(const Ledger& ledger, std::vector<Missing> missing) {
  LedgerEvent event;
  event.missing = std::move(missing);
  for (std::size_t i = 0; i < kDirections; ++i)
    event.by_direction[i] = ledger.of(static_cast<Direction>(i));
  for (const AppProtocol app : ledger.apps())
    event.by_app_proto.emplace_back(app.name(), ledger.of(app));
  std::sort(event.by_app_proto.begin(), event.by_app_proto.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 0; i < kColumns; ++i)
    for (const ReasonBytes& each : ledger.by_reason(static_cast<Column>(i)))
      event.by_reason[i].emplace_back(each.reason, each.bytes);
  return event;
}

}  // namespace outspan::alert
