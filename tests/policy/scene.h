#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "core/hash.h"
#include "policy/engine.h"
#include "tests/policy/fake_masking.h"

namespace outspan::policy {

inline const SignatureNames kNames{"email", "phone", "ticket", "national-id-us", "national-id-fr"};
inline constexpr detect::SignatureIndex kEmail = 0, kPhone = 1, kTicket = 2, kUsId = 3;

inline Timestamp at_seconds(std::int64_t seconds) {
  return timestamp_from_ns((1'700'000'000 + seconds) * 1'000'000'000);
}

/// A hit on a value; equal values have equal identities.
struct Value {
  detect::SignatureIndex signature;
  std::string text;
  std::uint8_t confidence = 80;

  [[nodiscard]] detect::Hit hit() const {
    return {signature, confidence, text, text, siphash({1, 2}, as_bytes(text)), 0};
  }
};
inline Value email(int n) { return {kEmail, "customer" + std::to_string(n) + "@example.org"}; }
inline Value phone(int n) { return {kPhone, "+4420794600" + std::to_string(100 + n)}; }

class Said final : public RecordSink {
 public:
  void on_incident(Incident&& incident) noexcept override {
    incidents.push_back(std::move(incident));
  }
  void on_host_hits(HostHits&& hits) noexcept override { host_hits.push_back(std::move(hits)); }
  void on_sighting(Sighting&& sighting) noexcept override {
    sightings.push_back(std::move(sighting));
  }

  /// "new 1", "update 10", "closed 12": states with all distinct values of all signatures.
  [[nodiscard]] std::vector<std::string> story() const {
    static constexpr const char* kStates[] = {"new", "update", "closed"};
    std::vector<std::string> lines;
    for (const Incident& incident : incidents) {
      std::uint64_t distinct = 0;
      for (const Matches& match : incident.matches) distinct += match.distinct;
      lines.push_back(std::string(kStates[static_cast<int>(incident.state)]) + " " +
                      std::to_string(distinct));
    }
    return lines;
  }

  std::vector<Incident> incidents;
  std::vector<HostHits> host_hits;
  std::vector<Sighting> sightings;
};

class NoObserver final : public FlowObserver {
 public:
  void on_anomaly(const FlowContext&, Side, Anomaly) noexcept override {}
  void on_blind_spot(const FlowContext&, ObjectBlindSpot) noexcept override {}
};

inline IndexLabelsPtr no_labels() { return std::make_shared<const IndexLabels>(); }

/// A flow from a client at home to a server outside.
class Flow {
 public:
  explicit Flow(std::uint64_t id = 1, const char* client = "10.20.0.7",
                const char* server = "203.0.113.9")
      : info{id,
             {Endpoint{*IpAddress::parse(client), 51514}, Endpoint{*IpAddress::parse(server), 80}},
             ip_protocol::kTcp,
             1,
             {10, 0},
             0,
             at_seconds(static_cast<std::int64_t>(id)),
             true},
        account(ledger, {Direction::outbound, Direction::inbound}, {true, false}),
        branch_account(branch_ledger, {Direction::outbound, Direction::inbound}, {true, false}),
        context(info, account, observer),
        branch(info, branch_account, observer, true) {
    account.set_app(AppProtocol::named("http"));
    tick(id);
  }
  void tick(std::uint64_t packet) {
    context.now = branch.now = {at_seconds(static_cast<std::int64_t>(packet)), packet};
  }

  FlowInfo info;
  NoObserver observer;
  Ledger ledger, branch_ledger;
  ChargingAccount account, branch_account;
  FlowContext context, branch;
};

/// An object with some nodes. Not movable: nodes point to one another.
class Upload {
 public:
  explicit Upload(Flow& flow, bool branch = false, std::string name = "POST /upload")
      : object{branch ? flow.branch : flow.context, Side::client, {}, {}, 0, flow.context.now} {
    object.info.name = std::move(name);
    object.wire_bytes = 123;
  }
  Upload(const Upload&) = delete;

  const content::Node& node(const std::string& name, const content::Node& parent) {
    return nodes.emplace_back(
        content::Node{&parent, name, "text/csv", static_cast<std::uint32_t>(nodes.size() + 1)});
  }
  void find(Engine& engine, const std::vector<Value>& values) { find(engine, values, object.root); }
  void find(Engine& engine, const std::vector<Value>& values, const content::Node& where) {
    std::vector<detect::Hit> hits;
    for (const Value& value : values) hits.push_back(value.hit());
    engine.on_hits(object, where, hits);
  }
  void end(Engine& engine) {
    content::ObjectSummary summary;
    summary.media_type = "multipart/form-data";
    summary.sha256 = "5ha";
    summary.wire_bytes = object.wire_bytes;
    engine.on_object_end(object, summary);
  }

  content::Object object;
  std::deque<content::Node> nodes;
};

inline config::Rule rule(std::string id, std::vector<std::string> signatures,
                         std::uint64_t distinct = 1,
                         config::Within within = config::Within::object) {
  config::Rule rule;
  rule.id = std::move(id);
  config::Rule::Values values;
  values.signatures = std::move(signatures);
  values.distinct = distinct;
  rule.when.what = std::move(values);
  rule.when.within = within;
  return rule;
}
inline config::Rule::Values& values_of(config::Rule& rule) {
  return std::get<config::Rule::Values>(rule.when.what);
}

/// An engine with its rules and what it said.
struct Bench {
  explicit Bench(std::vector<config::Rule> rules, config::Limits limits = {}) {
    config.rules = std::move(rules);
    config.limits = limits;
    engine = std::make_unique<Engine>(config, kNames, no_labels(), masking, records);
  }
  [[nodiscard]] std::uint64_t counter(std::string_view name) const {
    Stats stats;
    engine->report(stats);
    return stats.value(name);
  }

  config::Config config;
  FakeMasking masking;
  Said records;
  std::unique_ptr<Engine> engine;
};

inline std::vector<std::string> texts(const std::vector<Masked>& masked) {
  std::vector<std::string> out;
  for (const Masked& each : masked) out.push_back(each.text());
  return out;
}

}  // namespace outspan::policy
