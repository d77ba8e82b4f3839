#include "alert/format/ecs_format.h"

#include <algorithm>

#include "alert/event/names.h"
#include "alert/format/json_body.h"
#include "alert/format/one_line.h"
#include "alert/format/product.h"

namespace outspan::alert {
namespace {

constexpr std::string_view kEcsVersion = "9.4.0";

/// 1 to 100, as Elastic's own rules count it.
unsigned risk_score(config::Severity severity) noexcept {
  static constexpr unsigned kScores[] = {21, 47, 73, 99};
  return kScores[static_cast<std::size_t>(severity)];
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

/// The last element of a path that leads into something is a file's name.
const Masked* file_name(const policy::ObjectLabel& object) noexcept {
  return object.path.size() > 1 ? &object.path.back() : nullptr;
}

class Document {
 public:
  Document(const Event& event, std::string_view sensor) : event_(event) {
    json_.begin_object();
    json_.field("@timestamp", to_rfc3339(event.time));
    json_.begin_object("ecs");
    json_.field("version", kEcsVersion);
    json_.end_object();
    json_.field("message", one_line(event));
    observer(sensor);
  }

  std::string text() {
    std::visit([this](const auto& body) { write(body); }, event_.body);
    related();
    json_.begin_object("outspan");
    json_.field("event_type", type_name(event_));
    write_body(json_, event_, Body::own);
    json_.end_object();
    json_.end_object();
    return json_.text() + '\n';
  }

 private:
  struct Kind {
    std::string_view kind;
    std::vector<std::string_view> categories, types;
    std::string_view action;
  };

  void observer(std::string_view sensor) {
    json_.begin_object("observer");
    json_.field("vendor", kVendor);
    json_.field("product", kProduct);
    json_.field("version", kProductVersion);
    json_.field("name", sensor);
    json_.field("type", "dlp");
    json_.end_object();
  }

  void begin_event(const Kind& kind) {
    json_.begin_object("event");
    json_.field("kind", kind.kind);
    list("category", kind.categories);
    list("type", kind.types);
    json_.optional("action", kind.action);
    json_.field("id", event_.id);
    json_.field("module", "outspan");
    json_.field("dataset", "outspan." + std::string(type_name(event_)));
    json_.field("outcome", "unknown");
  }
  void event(const Kind& kind) {
    begin_event(kind);
    json_.end_object();
  }
  void list(std::string_view key, const std::vector<std::string_view>& values) {
    json_.optional_array(key, values);
  }

  void write(const policy::Incident& incident) {
    std::vector<std::string_view> categories{"intrusion_detection", "network"};
    if (incident.flow.app.name() == "smtp") categories.push_back("email");
    begin_event({"alert", categories, {"info"}, incident.rule_id});
    json_.field("severity", static_cast<unsigned>(incident.severity) + 1);
    json_.field("risk_score", risk_score(incident.severity));
    json_.end_object();
    json_.begin_object("rule");
    json_.field("id", incident.rule_id);
    json_.field("name", incident.rule_id);
    json_.optional("description", incident.rule_description);
    json_.end_object();
    traffic(incident.flow);
    people(incident.actor, incident.destination);
    if (incident.object) file(*incident.object);
  }
  void write(const policy::Sighting& sighting) {
    event({"event", {"network"}, {"info"}, "customer-seen"});
    traffic(sighting.flow);
    people(sighting.actor, sighting.destination);
    file(sighting.object);
  }
  void write(const BlindSpotEvent& spot) {
    event({"event", {"network"}, {"info"}, "not-inspected"});
    traffic(spot.flow);
    people(spot.actor, spot.destination);
    if (spot.object) file(*spot.object);
    if (spot.server_name.empty() && spot.ja3.empty()) return;
    json_.begin_object("tls");
    json_.begin_object("client");
    json_.optional("server_name", spot.server_name);
    json_.optional("ja3", spot.ja3);
    json_.end_object();
    json_.end_object();
  }
  void write(const AnomalyEvent& anomaly) {
    event({"event", {"intrusion_detection", "network"}, {"info"}, anomaly.kind});
    traffic(anomaly.flow);
  }
  void write(const FlowEvent& flow) {
    begin_event({"event", {"network"}, {"connection", "end"}, "flow"});
    json_.field("start", to_rfc3339(flow.start));
    json_.field("end", to_rfc3339(flow.end));
    json_.end_object();
    traffic(flow.flow);
  }
  void write(const ObjectEvent& object) {
    event({"event", {"network", "file"}, {"info"}, "object"});
    traffic(object.flow);
    people(object.actor, object.destination);
    file(object.object);
  }
  void write(const LedgerEvent&) { event({"metric", {}, {}, "ledger"}); }
  void write(const StatsEvent&) { event({"metric", {}, {}, "stats"}); }
  void write(const NoticeEvent& notice) { event({"event", {}, {}, notice.kind}); }

  void traffic(const policy::FlowLabel& flow) {
    flow_ = &flow;
    endpoint("source", flow.source, nullptr, has_ports(flow.ip_protocol));
    json_.begin_object("network");
    json_.field("transport", lower(ip_protocol_name(flow.ip_protocol)));
    json_.field("protocol", flow.app.name());
    json_.field("type", flow.source.address.is_v4() ? "ipv4" : "ipv6");
    json_.field("direction", flow.direction == Direction::transit
                                 ? std::string_view("external")
                                 : outspan::to_string(flow.direction));
    json_.optional("community_id", flow.community_id);
    if (!flow.vlan.empty()) {
      json_.begin_object("vlan");
      json_.field("id", std::to_string(flow.vlan.back()));
      json_.end_object();
    }
    json_.end_object();
  }

  /// Once it is known who the receiver is; `people` or nobody calls it.
  void destination(const policy::Destination* destination) {
    if (flow_ == nullptr || destination_written_) return;
    destination_written_ = true;
    endpoint("destination", flow_->destination, destination ? &destination->hostname : nullptr,
             has_ports(flow_->ip_protocol));
  }

  void endpoint(std::string_view key, const Endpoint& endpoint, const Masked* domain, bool ports) {
    json_.begin_object(key);
    json_.field("ip", endpoint.address.to_string());
    if (ports) json_.field("port", endpoint.port);
    if (domain && !domain->empty()) json_.field("domain", *domain);
    json_.end_object();
  }

  void people(const policy::Actor& actor, const policy::Destination& to) {
    destination(&to);
    named("user", "name", actor.user);
    named("host", "name", actor.hostname);
    named("url", "full", to.url);
    for (const Masked* user : {&actor.user, &actor.email_from})
      if (!user->empty()) users_.push_back(user);
    for (const Masked* host : {&actor.hostname, &to.hostname})
      if (!host->empty()) hosts_.push_back(host);
    if (actor.email_from.empty() && to.email_to.empty()) return;
    json_.begin_object("email");
    addresses("from", actor.email_from.empty() ? std::vector<Masked>()
                                               : std::vector<Masked>{actor.email_from});
    addresses("to", to.email_to);
    json_.end_object();
  }
  void named(std::string_view object, std::string_view key, const Masked& value) {
    if (value.empty()) return;
    json_.begin_object(object);
    json_.field(key, value);
    json_.end_object();
  }
  void addresses(std::string_view key, const std::vector<Masked>& all) {
    if (all.empty()) return;
    json_.begin_object(key);
    json_.optional_array("address", all);
    json_.end_object();
  }

  void file(const policy::ObjectLabel& object) {
    const Masked* const name = file_name(object);
    if (name == nullptr && object.media_type.empty() && object.bytes == 0 && object.sha256.empty())
      return;
    json_.begin_object("file");
    if (name) json_.optional("name", *name);
    json_.optional("path", path_text(object.path));
    json_.optional("mime_type", object.media_type);
    json_.optional("size", object.bytes);
    if (!object.sha256.empty()) {
      json_.begin_object("hash");
      json_.field("sha256", object.sha256);
      json_.end_object();
    }
    json_.end_object();
  }

  void related() {
    destination(nullptr);
    if (flow_ == nullptr) return;
    json_.begin_object("related");
    json_.begin_array("ip");
    json_.value(flow_->source.address.to_string());
    json_.value(flow_->destination.address.to_string());
    json_.end_array();
    pointers("user", users_);
    pointers("hosts", hosts_);
    json_.end_object();
  }
  void pointers(std::string_view key, const std::vector<const Masked*>& all) {
    if (all.empty()) return;
    json_.begin_array(key);
    for (const Masked* one : all) json_.value(*one);
    json_.end_array();
  }

  const Event& event_;
  JsonWriter json_;
  const policy::FlowLabel* flow_ = nullptr;
  bool destination_written_ = false;
  std::vector<const Masked*> users_, hosts_;
};

}  // namespace

std::string to_ecs(const Event& event, std::string_view sensor) {
  return Document(event, sensor).text();
}

}  // namespace outspan::alert
