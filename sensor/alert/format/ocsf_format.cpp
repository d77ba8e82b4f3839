#include "alert/format/ocsf_format.h"

#include "alert/event/names.h"
#include "alert/format/json_body.h"
#include "alert/format/one_line.h"
#include "alert/format/product.h"

namespace outspan::alert {
namespace {

constexpr std::string_view kSchemaVersion = "1.6.0";

/// A normalised value: its number and its caption.
struct Choice {
  unsigned id;
  std::string_view name;
};

constexpr Choice kCreate{1, "Create"}, kUpdate{2, "Update"}, kClose{3, "Close"},
    kOther{99, "Other"};
constexpr Choice kInformational{1, "Informational"}, kLow{2, "Low"}, kMedium{3, "Medium"};
constexpr Choice kSeverities[] = {kLow, kMedium, {4, "High"}, {5, "Critical"}};
constexpr Choice kRule{1, "Rule"}, kExactDataMatch{9, "Exact Data Match"},
    kRegularExpressions{8, "Regular Expressions"};

enum ObservableType : unsigned { hostname = 1, ip_address = 2, user_name = 4, email = 5, url = 6 };

std::int64_t milliseconds(Timestamp time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

class Finding {
 public:
  Finding(const Event& event, std::string_view sensor) : event_(event), sensor_(sensor) {}

  std::string text() {
    json_.begin_object();
    std::visit([this](const auto& body) { write(body); }, event_.body);
    observables();
    json_.begin_object("unmapped");
    json_.begin_object("outspan");
    json_.field("event_type", type_name(event_));
    if (flow_) json_.optional("community_id", flow_->community_id);
    write_body(json_, event_, body_);
    json_.end_object();
    json_.end_object();
    json_.end_object();
    return json_.text() + '\n';
  }

 private:
  void choice(std::string_view id_key, std::string_view name_key, const Choice& choice) {
    json_.field(id_key, choice.id);
    json_.field(name_key, choice.name);
  }

  void head(unsigned category, std::string_view category_name, unsigned class_uid,
            std::string_view class_name, const Choice& activity, const Choice& severity) {
    choice("activity_id", "activity_name", activity);
    choice("category_uid", "category_name", {category, category_name});
    choice("class_uid", "class_name", {class_uid, class_name});
    json_.field("type_uid", class_uid * 100 + activity.id);
    json_.field("type_name", std::string(class_name) + ": " + std::string(activity.name));
    json_.field("time", milliseconds(event_.time));
    choice("severity_id", "severity", severity);
    json_.field("message", one_line(event_));
  }

  void metadata(std::string_view correlation, bool finding) {
    json_.begin_object("metadata");
    json_.field("version", kSchemaVersion);
    json_.begin_object("product");
    json_.field("name", kProduct);
    json_.field("vendor_name", kVendor);
    json_.field("version", kProductVersion);
    json_.end_object();
    if (finding) {
      json_.begin_array("profiles");
      json_.value("security_control");
      json_.end_array();
    }
    json_.field("uid", event_.id);
    json_.optional("correlation_uid", correlation);
    json_.field("log_name", "outspan." + std::string(type_name(event_)));
    json_.end_object();
  }

  struct About {
    std::string_view uid, title, type;
    Choice analytic;
    std::string_view analytic_name;
  };
  void finding(const Choice& activity, const Choice& severity, const About& about) {
    head(2, "Findings", 2006, "Data Security Finding", activity, severity);
    choice("status_id", "status", {1, "New"});
    json_.field("is_alert", activity.id != kClose.id && severity.id > kInformational.id);
    // A passive sensor: what was seen was let through.
    choice("action_id", "action", {1, "Allowed"});
    choice("disposition_id", "disposition", {15, "Detected"});
    metadata(about.uid, true);
    json_.begin_object("finding_info");
    json_.field("uid", about.uid);
    json_.field("title", about.title);
    json_.field("desc", one_line(event_));
    json_.field("last_seen_time", milliseconds(event_.time));
    json_.begin_array("types");
    json_.value(about.type);
    json_.end_array();
    json_.begin_array("data_sources");
    json_.value(sensor_);
    json_.end_array();
    json_.begin_object("analytic");
    json_.field("name", about.analytic_name);
    json_.field("uid", about.analytic_name);
    choice("type_id", "type", about.analytic);
    json_.end_object();
    json_.end_object();
  }

  void write(const policy::Incident& incident) {
    static constexpr Choice kActivities[] = {kCreate, kUpdate, kClose};
    const std::string& title =
        incident.rule_description.empty() ? incident.rule_id : incident.rule_description;
    const Choice analytic = !incident.records.empty()   ? kExactDataMatch
                            : !incident.matches.empty() ? kRegularExpressions
                                                        : kRule;
    finding(kActivities[static_cast<std::size_t>(incident.state)],
            kSeverities[static_cast<std::size_t>(incident.severity)],
            {incident.id, title, incident.unread.empty() ? "data_leak" : "blindspot", analytic,
             incident.rule_id});
    choice("confidence_id", "confidence",
           incident.records.empty() ? Choice{2, "Medium"} : Choice{3, "High"});
    data_security(incident);
    endpoints(incident.flow, &incident.actor, &incident.destination);
    actor(incident.actor);
    if (incident.object) file(*incident.object);
  }
  void write(const policy::Sighting& sighting) {
    finding(
        kCreate, kInformational,
        {event_.id, "A customer's record was seen", "data_leak", kExactDataMatch, sighting.index});
    begin_data_security();
    json_.field("detection_pattern", sighting.index);
    json_.field("total", 1u);
    json_.end_object();
    endpoints(sighting.flow, &sighting.actor, &sighting.destination);
    actor(sighting.actor);
    file(sighting.object);
  }
  void write(const BlindSpotEvent& spot) {
    finding(kCreate, kLow,
            {event_.id, "Data could not be inspected", "blindspot", kRule, "blindspot"});
    begin_data_security();
    json_.field("size", spot.bytes);
    choice("status_id", "status", {2, "Partial"});
    json_.begin_array("status_details");
    json_.value(spot.reason);
    json_.end_array();
    json_.end_object();
    endpoints(spot.flow, &spot.actor, &spot.destination);
    actor(spot.actor);
    if (spot.object) file(*spot.object);
  }
  void write(const AnomalyEvent& anomaly) {
    finding(kCreate, kMedium, {event_.id, "Traffic built to hide", "anomaly", kRule, anomaly.kind});
    endpoints(anomaly.flow, nullptr, nullptr);
  }
  /// What is no finding.
  template <class Its>
  void write(const Its&) {
    head(0, "Uncategorized", 0, "Base Event", kOther, kInformational);
    metadata("", false);
    body_ = alert::Body::whole;
  }

  void begin_data_security() {
    json_.begin_object("data_security");
    choice("category_id", "category", {1, "Personal"});
    choice("data_lifecycle_state_id", "data_lifecycle_state", {2, "Data in-transit"});
    choice("detection_system_id", "detection_system", {2, "DLP Gateway"});
  }
  void data_security(const policy::Incident& incident) {
    begin_data_security();
    json_.begin_object("policy");
    json_.field("name", incident.rule_id);
    json_.field("uid", incident.rule_id);
    json_.optional("desc", incident.rule_description);
    json_.end_object();
    if (!incident.records.empty())
      json_.field("detection_pattern", incident.records.front().index);
    else if (!incident.matches.empty())
      json_.field("detection_pattern", incident.matches.front().signature);
    for (const policy::Matches& matches : incident.matches) {
      if (matches.samples.empty()) continue;
      json_.field("pattern_match", matches.samples.front());
      break;
    }
    std::uint64_t customers = 0;
    for (const policy::Records& records : incident.records) customers += records.distinct;
    json_.optional("total", customers);
    if (incident.object) json_.optional("size", incident.object->bytes);
    discoveries(incident);
    json_.end_object();
  }
  void discoveries(const policy::Incident& incident) {
    if (incident.matches.empty() && incident.records.empty()) return;
    json_.begin_array("discovery_details");
    const auto found = [this](std::string_view type, std::uint64_t count) {
      json_.begin_object();
      json_.field("type", type);
      json_.field("count", count);
      json_.end_object();
    };
    for (const policy::Matches& matches : incident.matches)
      found(matches.signature, matches.distinct);
    for (const policy::Records& records : incident.records)
      for (const auto& [column, rows] : records.columns) found(records.index + "." + column, rows);
    json_.end_array();
  }

  void endpoints(const policy::FlowLabel& flow, const policy::Actor* from,
                 const policy::Destination* to) {
    flow_ = &flow;
    const bool ports = has_ports(flow.ip_protocol);
    endpoint("src_endpoint", flow.source, ports, from ? &from->hostname : nullptr);
    endpoint("dst_endpoint", flow.destination, ports, to ? &to->hostname : nullptr);
    if (to == nullptr) return;
    observe("dst_endpoint.hostname", hostname, to->hostname);
    observe("url", url, to->url);
    for (const Masked& recipient : to->email_to) observe("email.to", email, recipient);
  }
  void endpoint(std::string_view key, const Endpoint& endpoint, bool ports, const Masked* name) {
    json_.begin_object(key);
    json_.field("ip", endpoint.address.to_string());
    if (ports) json_.field("port", endpoint.port);
    if (name && !name->empty()) json_.field("hostname", *name);
    json_.end_object();
  }
  void actor(const policy::Actor& actor) {
    if (actor.user.empty() && actor.email_from.empty()) return;
    json_.begin_object("actor");
    json_.begin_object("user");
    json_.optional("name", actor.user);
    json_.optional("email_addr", actor.email_from);
    json_.end_object();
    json_.optional("app_name", actor.program);
    json_.end_object();
    observe("actor.user.name", user_name, actor.user);
    observe("actor.user.email_addr", email, actor.email_from);
  }
  void file(const policy::ObjectLabel& object) {
    if (object.path.size() < 2) return;
    json_.begin_object("file");
    json_.field("name", object.path.back());
    choice("type_id", "type", {1, "Regular File"});
    json_.field("path", path_text(object.path));
    json_.optional("size", object.bytes);
    json_.optional("mime_type", object.media_type);
    if (!object.sha256.empty()) {
      json_.begin_array("hashes");
      json_.begin_object();
      choice("algorithm_id", "algorithm", {3, "SHA-256"});
      json_.field("value", object.sha256);
      json_.end_object();
      json_.end_array();
    }
    json_.end_object();
  }

  struct Observable {
    std::string_view name;
    ObservableType type;
    const Masked* value;
  };
  void observe(std::string_view name, ObservableType type, const Masked& value) {
    if (!value.empty()) observed_.push_back({name, type, &value});
  }
  void observables() {
    if (flow_ == nullptr) return;
    json_.begin_array("observables");
    const auto one = [this](std::string_view name, ObservableType type, const auto& value) {
      json_.begin_object();
      json_.field("name", name);
      json_.field("type_id", static_cast<unsigned>(type));
      json_.field("value", value);
      json_.end_object();
    };
    one("src_endpoint.ip", ip_address, flow_->source.address.to_string());
    one("dst_endpoint.ip", ip_address, flow_->destination.address.to_string());
    for (const Observable& each : observed_) one(each.name, each.type, *each.value);
    json_.end_array();
  }

  const Event& event_;
  std::string_view sensor_;
  JsonWriter json_;
  Body body_ = Body::own;
  const policy::FlowLabel* flow_ = nullptr;
  std::vector<Observable> observed_;
};

}  // namespace

std::string to_ocsf(const Event& event, std::string_view sensor) {
  return Finding(event, sensor).text();
}

}  // namespace outspan::alert
