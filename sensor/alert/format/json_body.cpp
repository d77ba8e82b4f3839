#include "alert/format/json_body.h"

#include <algorithm>
#include <map>

#include "alert/event/names.h"
#include "alert/format/json_writer.h"
#include "text/hex.h"

namespace outspan::alert {
namespace {

void write_label(JsonWriter& json, const policy::FlowLabel& flow) {
  json.field("direction", outspan::to_string(flow.direction));
  const bool ports = has_ports(flow.ip_protocol);
  json.field("src_ip", flow.source.address.to_string());
  if (ports) json.field("src_port", flow.source.port);
  json.field("dest_ip", flow.destination.address.to_string());
  if (ports) json.field("dest_port", flow.destination.port);
  json.field("proto", ip_protocol_name(flow.ip_protocol));
  json.field("app_proto", flow.app.name());
  json.optional("community_id", flow.community_id);
  json.optional_array("vlan", flow.vlan);
}

void write_actor(JsonWriter& json, const policy::Actor& actor) {
  if (actor.user.empty() && actor.email_from.empty() && actor.hostname.empty() &&
      actor.program.empty() && actor.address.empty())
    return;
  json.begin_object("actor");
  json.optional("user", actor.user);
  json.optional("email_from", actor.email_from);
  json.optional("hostname", actor.hostname);
  json.optional("program", actor.program);
  json.optional("address", actor.address);
  json.end_object();
}

void write_destination(JsonWriter& json, const policy::Destination& destination) {
  if (destination.hostname.empty() && destination.email_to.empty() && destination.url.empty())
    return;
  json.begin_object("destination");
  json.optional("hostname", destination.hostname);
  json.optional_array("email_to", destination.email_to);
  json.optional("url", destination.url);
  json.end_object();
}

void write_object(JsonWriter& json, const policy::ObjectLabel& object) {
  json.begin_object("object");
  json.optional_array("path", object.path);
  json.optional("media_type", object.media_type);
  json.optional("bytes", object.bytes);
  json.optional("sha256", object.sha256);
  json.end_object();
}

void write_capture(JsonWriter& json, const Event& event) {
  if (event.capture_file.empty() && event.first_packet == 0) return;
  json.begin_object("capture");
  json.optional("file", event.capture_file);
  json.optional("first_packet", event.first_packet);
  json.optional("last_packet", event.last_packet);
  json.end_object();
}

void write_evidence(JsonWriter& json, const Event& event) {
  if (!event.evidence) return;
  json.begin_object("evidence");
  json.optional("file", event.evidence->name);
  json.optional("sha256", event.evidence->sha256);
  json.optional("bytes", event.evidence->bytes);
  json.optional("packets", event.evidence->items);
  if (event.evidence->cut) json.field("cut", true);
  json.optional("missing", event.evidence->missing);
  json.end_object();
}

void write_matches(JsonWriter& json, const std::vector<policy::Matches>& matches) {
  json.begin_array("matches");
  for (const policy::Matches& match : matches) {
    json.begin_object();
    json.field("signature", match.signature);
    json.field("count", match.count);
    json.field("distinct", match.distinct);
    if (match.estimated) json.field("estimated", true);
    json.optional_array("samples", match.samples);
    json.end_object();
  }
  json.end_array();
}

void write_records(JsonWriter& json, const std::vector<policy::Records>& all) {
  if (all.empty()) return;
  json.begin_array("records");
  for (const policy::Records& records : all) {
    json.begin_object();
    json.field("index", records.index);
    json.field("distinct", records.distinct);
    if (records.estimated) json.field("estimated", true);
    if (records.by_chance) json.field("by_chance", *records.by_chance);
    json.begin_object("columns");
    for (const auto& [column, rows] : records.columns) json.field(column, rows);
    json.end_object();
    if (records.by_pseudonym) {
      json.begin_array("pseudonyms");
      for (const std::uint64_t pseudonym : records.pseudonyms) json.value(text::to_hex(pseudonym));
      json.end_array();
    } else {
      json.begin_array("rows");
      for (const std::uint64_t row : records.rows) json.value(row);
      json.end_array();
    }
    json.field("rows_truncated", records.rows_truncated);
    json.optional("canaries", records.canaries);
    json.optional("built_at", records.built_at);
    json.optional("key_id", records.key_id);
    json.end_object();
  }
  json.end_array();
}

void write_unread(JsonWriter& json, const std::vector<policy::Unread>& all) {
  if (all.empty()) return;
  json.begin_array("blindspots");
  for (const policy::Unread& unread : all) {
    json.begin_object();
    json.field("reason", unread.reason);
    json.field("bytes", unread.bytes);
    json.optional_array("file_names", unread.names);
    json.end_object();
  }
  json.end_array();
}

/// "2.05"
std::string hundredths(std::uint64_t number) {
  const std::uint64_t rest = number % 100;
  return std::to_string(number / 100) + (rest < 10 ? ".0" : ".") + std::to_string(rest);
}

void write_puller(JsonWriter& json, const policy::Access& access) {
  json.begin_object("puller");
  json.field("identity", access.identity);
  json.field("ip", access.address.to_string());
  json.optional("user", access.user);
  json.optional("host", access.host);
  json.end_object();
}

void write_access(JsonWriter& json, const policy::Access& access) {
  json.begin_object("access");
  write_puller(json, access);
  json.optional("source", access.source);
  json.optional("program", access.program);
  json.optional("usual_program", access.usual_program);
  json.field("window", access.window);
  json.field("distinct", access.distinct);
  if (access.estimated) json.field("estimated", true);
  json.field("own_high", access.own_high);
  json.field("own_days", access.own_days);
  json.begin_object("peers");
  json.field("group", access.group);
  json.field("members", access.members);
  json.field("p90_high", access.p90_high);
  json.field("high", access.highest);
  json.field("with_source", access.peers_with_source);
  json.end_object();
  json.number("busy", hundredths(access.busy));
  json.number("ratio", hundredths(access.ratio));
  json.number("needed", hundredths(access.needed));
  json.optional_array("new", access.fresh);
  if (access.learning) json.field("learning", true);
  if (access.machine) json.field("machine", true);
  json.field("sentence", access.sentence);
  json.end_object();
}

/// '.' comes before every other character, so that a name and what is below it are neighbours
/// ("a", "a.b", "a-b").
struct DotFirst {
  bool operator()(const std::string& a, const std::string& b) const noexcept {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
      return (x == '.' ? 0 : static_cast<unsigned char>(x) + 1) <
             (y == '.' ? 0 : static_cast<unsigned char>(y) + 1);
    });
  }
};

using Counters = std::map<std::string, std::uint64_t, DotFirst>;

/// Counters by their dotted names, as nested objects. `prefix` ends in a dot or is empty. A name
/// that is also the start of others ("flow" and "flow.evicted") stands in their object as "total".
void write_counters(JsonWriter& json, Counters::const_iterator& at, Counters::const_iterator end,
                    std::string_view prefix) {
  while (at != end && std::string_view(at->first).starts_with(prefix)) {
    const std::string_view rest = std::string_view(at->first).substr(prefix.size());
    const std::size_t dot = rest.find('.');
    const std::string name(rest.substr(0, dot));
    const std::string inner = std::string(prefix) + name + ".";
    const auto following = dot == std::string_view::npos ? std::next(at) : at;
    const bool nested = following != end && following->first.starts_with(inner);
    if (!nested) {
      json.field(name, at->second);
      ++at;
      continue;
    }
    json.begin_object(name);
    if (following != at) {
      json.field("total", at->second);
      ++at;
    }
    write_counters(json, at, end, inner);
    json.end_object();
  }
}

struct BodyWriter {
  JsonWriter& json;
  const Event& event;
  Body what;

  [[nodiscard]] bool whole() const noexcept { return what == Body::whole; }
  void label(const policy::FlowLabel& flow) const {
    if (whole()) write_label(json, flow);
  }
  /// Who, where to and inside what, as far as the event says.
  template <class Its>
  void context(const Its& its) const {
    if (!whole()) return;
    write_actor(json, its.actor);
    write_destination(json, its.destination);
    if constexpr (requires { its.object->path; }) {
      if (its.object) write_object(json, *its.object);
    } else {
      write_object(json, its.object);
    }
  }

  void write_rule(const policy::Incident& incident) const {
    json.begin_object("rule");
    json.field("id", incident.rule_id);
    json.optional("description", incident.rule_description);
    json.field("severity", config::to_string(incident.severity));
    if (incident.access) json.field("kind", "access");
    json.end_object();
  }

  void operator()(const policy::Incident& incident) const {
    json.field("incident_id", incident.id);
    json.field("state", to_string(incident.state));
    if (whole()) write_rule(incident);
    if (incident.generation.rules != 0) {
      json.begin_object("generation");
      json.field("rules", std::uint64_t{incident.generation.rules});
      json.field("indexes", std::uint64_t{incident.generation.indexes});
      json.end_object();
    }
    label(incident.flow);
    if (incident.flows > 1) json.field("flows", incident.flows);
    context(incident);
    write_matches(json, incident.matches);
    write_records(json, incident.records);
    write_unread(json, incident.unread);
    if (incident.access) write_access(json, *incident.access);
    write_capture(json, event);
    write_evidence(json, event);
  }

  void operator()(const policy::Sighting& sighting) const {
    label(sighting.flow);
    context(sighting);
    json.begin_object("record");
    json.field("index", sighting.index);
    if (sighting.row != 0)
      json.field("row", sighting.row);
    else
      json.field("pseudonym", text::to_hex(sighting.pseudonym));
    json.optional_array("columns", sighting.columns);
    if (sighting.canary) json.field("canary", true);
    if (sighting.answer) json.field("answer", true);
    json.end_object();
    write_capture(json, event);
  }

  void operator()(const NoticeEvent& notice) const {
    json.begin_object("notice");
    json.field("kind", notice.kind);
    json.optional("detail", notice.detail);
    json.end_object();
  }

  void operator()(const BlindSpotEvent& spot) const {
    label(spot.flow);
    json.field("reason", spot.reason);
    json.field("bytes", spot.bytes);
    json.optional("server_name", spot.server_name);
    json.optional("ja3", spot.ja3);
    json.optional("ja4", spot.ja4);
    context(spot);
    json.optional_array("file_names", spot.names);
    json.optional("count", spot.count);
    write_capture(json, event);
  }

  void operator()(const AnomalyEvent& anomaly) const {
    label(anomaly.flow);
    json.begin_object("anomaly");
    json.field("kind", anomaly.kind);
    json.optional("detail", anomaly.detail);
    json.end_object();
    write_capture(json, event);
  }

  void operator()(const FlowEvent& flow) const {
    label(flow.flow);
    json.field("start", to_rfc3339(flow.start));
    json.field("end", to_rfc3339(flow.end));
    json.field("reason", flow.reason);
    static constexpr std::string_view kSides[] = {"to_server", "to_client"};
    for (std::size_t i = 0; i < flow.sides.size(); ++i) {
      const FlowEvent::SideReport& side = flow.sides[i];
      json.begin_object(kSides[i]);
      json.field("direction", outspan::to_string(side.direction));
      json.field("packets", side.packets);
      json.field("gaps", side.gaps);
      write_columns(json, "bytes", side.bytes);
      json.optional("framing", side.framing);
      json.optional("unclaimed", side.unclaimed);
      json.optional("sha256", side.sha256);
      json.end_object();
    }
    write_capture(json, event);
  }

  void operator()(const ObjectEvent& object) const {
    label(object.flow);
    context(object);
    json.field("text_bytes", object.text_bytes);
    json.field("opaque_bytes", object.opaque_bytes);
    json.field("skipped_bytes", object.skipped_bytes);
    json.optional("opaque_reason", object.opaque_reason);
    json.field("complete", object.complete);
    write_capture(json, event);
  }

  void operator()(const LedgerEvent& ledger) const {
    json.begin_object("bytes");
    for (std::size_t i = 0; i < kDirections; ++i)
      write_columns(json, outspan::to_string(static_cast<Direction>(i)), ledger.by_direction[i]);
    json.end_object();
    json.begin_object("by_app_proto");
    for (const auto& [app, columns] : ledger.by_app_proto) write_columns(json, app, columns);
    json.end_object();
    json.begin_object("by_reason");
    for (std::size_t i = 0; i < kColumns; ++i) {
      if (ledger.by_reason[i].empty()) continue;
      json.begin_object(outspan::to_string(static_cast<Column>(i)));
      for (const auto& [reason, bytes] : ledger.by_reason[i]) json.field(reason, bytes);
      json.end_object();
    }
    json.end_object();
    json.field("complete", ledger.missing.empty());
    if (ledger.missing.empty()) return;
    json.begin_array("missing");
    for (const Missing& missing : ledger.missing) {
      json.begin_object();
      json.field("reason", missing.reason);
      json.optional("subject", missing.subject);
      json.field("packets", missing.packets);
      json.field("bytes", missing.bytes);
      json.field("detail", missing.detail);
      json.end_object();
    }
    json.end_array();
  }

  void operator()(const StatsEvent& stats) const {
    json.begin_object("stats");
    Counters counters(stats.stats.values().begin(), stats.stats.values().end());
    auto at = counters.cbegin();
    write_counters(json, at, counters.cend(), "");
    json.end_object();
  }
};

}  // namespace

void write_columns(JsonWriter& json, std::string_view key, const Columns& columns) {
  json.begin_object(key);
  json.field("total", columns.total());
  for (std::size_t i = 0; i < kColumns; ++i)
    json.field(outspan::to_string(static_cast<Column>(i)), columns.bytes[i]);
  json.end_object();
}

void write_body(JsonWriter& json, const Event& event, Body what) {
  std::visit(BodyWriter{json, event, what}, event.body);
}

}  // namespace outspan::alert
