#pragma once

#include <vector>

#include "alert/event/event.h"
#include "alert/event/event_id.h"
#include "tests/policy/fake_masking.h"

/// One event of every kind, full and bare, for the tests of all formats.
namespace outspan::alert {

using policy::masked;

inline Timestamp sample_time() { return timestamp_from_ns(1'769'903'999'123'456'789); }

inline policy::FlowLabel sample_flow() {
  policy::FlowLabel flow;
  flow.flow_id = 1042;
  flow.source = {*IpAddress::parse("10.20.0.7"), 51514};
  flow.destination = {*IpAddress::parse("203.0.113.9"), 80};
  flow.ip_protocol = ip_protocol::kTcp;
  flow.app = AppProtocol::named("http");
  flow.community_id = "1:LQU9qZlK+B5F3KDmev6m5PMibrg=";
  flow.vlan = {10, 20};
  return flow;
}

inline Event event_with(EventBody body) {
  Event event;
  event.time = sample_time();
  event.body = std::move(body);
  event.id = EventIds("sensor-1").next(event);
  return event;
}

inline Event sample_alert() {
  policy::Incident incident;
  incident.id = "0123456789abcdef";
  incident.rule_id = "customer-data-leaving";
  incident.rule_description = "Customer data leaves the network";
  incident.severity = config::Severity::high;
  incident.flow = sample_flow();
  incident.actor = {masked("alice"), masked("alice@example.com"), masked("pc7")};
  incident.destination = {masked("upload.example.test"),
                          masked("http://upload.example.test/in?c=***"),
                          {masked("bob@example.test"), masked("***")}};
  incident.object = policy::ObjectLabel{
      {masked("POST /upload"), masked("report.zip")}, "text/csv", 123456, "ab12"};
  incident.matches = {
      {"email", 200, 187, false, {masked("j***@e***.org"), masked("a***@e***.org")}},
      {"phone", 1400, 40, true, {}}};
  Event event = event_with(std::move(incident));
  event.capture_file = "support-export.pcap";
  event.first_packet = 1042;
  event.last_packet = 1391;
  return event;
}

inline Event bare_alert() {
  policy::Incident incident;
  incident.id = "fedcba9876543210";
  incident.state = policy::IncidentState::closed;
  incident.rule_id = "r";
  incident.flow.source.address = *IpAddress::parse("2001:db8::7");
  incident.flow.destination.address = *IpAddress::parse("2001:db8::9");
  incident.flow.ip_protocol = ip_protocol::kIcmpV6;
  incident.matches = {{"ticket", 1, 1, false, {}}};
  incident.flows = 7;
  return event_with(std::move(incident));
}

inline Event record_alert() {
  policy::Incident incident;
  incident.id = "00112233445566ff";
  incident.rule_id = "customer-records-leaving";
  incident.severity = config::Severity::critical;
  incident.flow = sample_flow();
  incident.matches = {{"crm.email", 68'300, 68'000, false, {masked("j***@e***.org")}},
                      {"crm.phone", 40, 40, false, {}}};
  policy::Records records;
  records.index = "crm";
  records.built_at = "2026-01-31T00:00:00Z";
  records.key_id = "1ff68c70de7801d1";
  records.distinct = 68'000;
  records.columns = {{"email", 68'000}, {"phone", 40}};
  records.rows = {2, 3, 12'000'000};
  records.rows_truncated = true;
  records.canaries = 1;
  policy::Records others = records;
  others.index = "partners";
  others.distinct = 3'100;
  others.estimated = true;
  others.rows = {};
  others.by_pseudonym = true;
  others.pseudonyms = {0x0123456789abcdef, 0xffffffffffffffff};
  others.canaries = 0;
  incident.records = {records, others};
  return event_with(std::move(incident));
}

inline Event sample_sighting() {
  policy::Sighting sighting;
  sighting.time = sample_time();
  sighting.flow = sample_flow();
  sighting.actor.user = masked("alice");
  sighting.destination.hostname = masked("upload.example.test");
  sighting.object = policy::ObjectLabel{{masked("POST /upload")}, "text/csv", 500, ""};
  sighting.index = "crm";
  sighting.row = 20'417;
  sighting.columns = {"email", "name"};
  sighting.canary = true;
  sighting.packet = 7;
  return event_with(std::move(sighting));
}
inline Event pseudonymous_sighting() {
  policy::Sighting sighting;
  sighting.flow = sample_flow();
  sighting.index = "crm";
  sighting.pseudonym = 0x0123456789abcdef;
  sighting.columns = {"email"};
  return event_with(std::move(sighting));
}

inline Event sample_notice() {
  return event_with(NoticeEvent{"fingerprints_refused",
                                "crm.ofp: this index is damaged; the index in use stays"});
}

inline Event sample_blind_spot() {
  BlindSpotEvent spot;
  spot.flow = sample_flow();
  spot.reason = "tls";
  spot.bytes = 1234567;
  spot.server_name = masked("files.example.test");
  spot.ja4 = "t13d1516h2_8daaf6152771_02713d6af862";
  spot.ja3 = "cd08e31494f9531f560d64c695473da9";
  return event_with(std::move(spot));
}

inline Event object_blind_spot() {
  BlindSpotEvent spot;
  spot.flow = sample_flow();
  spot.reason = "encrypted-archive";
  spot.bytes = 70000;
  spot.object = policy::ObjectLabel{{masked("mail"), masked("list.zip")}, "", 0, ""};
  spot.actor.email_from = masked("alice@example.com");
  spot.destination.email_to = {masked("bob@example.test")};
  return event_with(std::move(spot));
}

inline Event sample_anomaly() {
  return event_with(
      AnomalyEvent{sample_flow(), "tcp_overlap_differs", "Two segments disagree about 12 bytes."});
}

inline Event sample_flow_event() {
  FlowEvent flow;
  flow.flow = sample_flow();
  flow.start = sample_time() - std::chrono::seconds(2);
  flow.end = sample_time();
  flow.reason = "fin";
  flow.sides[0] = {Direction::outbound, 12, 1, {{1000, 0, 0, 24, 0, 0}}, "aa11"};
  flow.sides[1] = {Direction::inbound, 9, 0, {{0, 0, 0, 0, 0, 512}}, ""};
  return event_with(std::move(flow));
}

inline Event sample_object() {
  ObjectEvent object;
  object.flow = sample_flow();
  object.object = policy::ObjectLabel{{masked("PUT /a.zip")}, "application/zip", 900, "cd34"};
  object.destination.hostname = masked("upload.example.test");
  object.text_bytes = 100;
  object.opaque_bytes = 800;
  object.opaque_reason = "encrypted-archive";
  object.complete = false;
  return event_with(std::move(object));
}

inline Event sample_ledger() {
  LedgerEvent ledger;
  ledger.by_direction[0] = {{1000000, 200000, 30000, 4000, 500, 0}};
  ledger.by_direction[1] = {{0, 0, 0, 0, 0, 777}};
  ledger.by_app_proto = {{"http", {{1000000, 0, 30000, 4000, 500, 777}}},
                         {"tls", {{0, 200000, 0, 0, 0, 0}}}};
  ledger.by_reason[2] = {{"media", 20000}, {"pgp", 10000}};
  return event_with(std::move(ledger));
}

inline Event sample_stats() {
  StatsEvent stats;
  stats.stats.add("flow", 12);
  stats.stats.add("flow-cache", 1);
  stats.stats.add("flow.evicted", 3);
  stats.stats.add("flow.memory.peak", 4096);
  stats.stats.add("decode.errors.ipv4_header", 0);
  stats.stats.add("packets", 1234567);
  return event_with(std::move(stats));
}

inline std::vector<Event> all_samples() {
  return {sample_alert(),
          bare_alert(),
          sample_blind_spot(),
          object_blind_spot(),
          sample_anomaly(),
          sample_flow_event(),
          sample_object(),
          sample_ledger(),
          sample_stats(),
          record_alert(),
          sample_sighting(),
          pseudonymous_sighting(),
          sample_notice(),
          event_with(LedgerEvent{}),
          event_with(StatsEvent{}),
          event_with(ObjectEvent{}),
          event_with(FlowEvent{}),
          event_with(BlindSpotEvent{}),
          event_with(AnomalyEvent{})};
}

/// What a sender might hope to get through a format with.
inline std::vector<std::string> hostile_texts() {
  return {"line\nbreak",
          "tab\there",
          "\x1b[31mred\x1b[0m",
          "quote\"bracket]back\\slash",
          std::string("nul\0byte", 8),
          "\xff\xfe broken \xc3",
          "\xed\xa0\x80 surrogate",
          "\xc0\xaf overlong",
          "\xe2\x80\xae turned around",
          "\xc2\x9b"
          "31m C1",
          "\xf4\x90\x80\x80 too high",
          "</script>",
          std::string(5000, 'x'),
          "",
          "\xe2\x80\xa8 line separator",
          "] [outspan@32473 rule=\"forged\"]"};
}

/// Every wire text of the event set to `text`.
inline Event hostile_alert(const std::string& text) {
  Event event = sample_alert();
  auto& incident = std::get<policy::Incident>(event.body);
  const Masked evil = masked(text);
  incident.actor = {evil, evil, evil};
  incident.destination = {evil, evil, {evil, evil, evil}};
  incident.object->path = {evil, evil};
  incident.matches[0].samples = {evil, evil, evil};
  return event;
}

}  // namespace outspan::alert
