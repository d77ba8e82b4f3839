#include "policy/engine.h"

#include <algorithm>
#include <limits>

#include "core/hash.h"
#include "policy/engine_state.h"
#include "policy/flow_label.h"
#include "policy/host_windows.h"
#include "policy/masked_context.h"

namespace outspan::policy {
namespace {

constexpr std::size_t kPrefetchHits = 8;

}  // namespace

std::uint64_t next_power_of_ten(std::uint64_t distinct) noexcept {
  std::uint64_t power = 10;
  while (power <= distinct && power <= std::numeric_limits<std::uint64_t>::max() / 10) power *= 10;
  return power;
}

std::uint64_t threshold(const config::Rule& rule) noexcept {
  if (const auto* records = rule.when.records()) return records->distinct;
  if (const auto* values = rule.when.values()) return values->distinct;
  return 1;
}

Engine::Engine(const config::Config& config, BasisPtr basis, Masking& masking, RecordSink& sink,
               bool sightings)
    : config_(config),
      basis_(std::move(basis)),
      masking_(masking),
      sink_(sink),
      memory_max_(config.limits.memory_mib * 1024 * 1024 / 8),
      watches_access_(config.access.enabled) {
  for (const config::Rule& rule : basis_->rules)
    record_filters_.push_back(std::make_shared<const RecordFilter>(rule, *basis_->labels));
  resolve_rules();
  if (sightings)
    sightings_.emplace(config.limits.distinct_records, config.alerts.row_pseudonyms, masking, sink);
}

Engine::Engine(const config::Config& config, const SignatureNames& names, IndexLabelsPtr labels,
               Masking& masking, RecordSink& sink, bool sightings)
    : Engine(config,
             std::make_shared<const Basis>(Basis{config.rules, names, std::move(labels), {}}),
             masking, sink, sightings) {}

void Engine::resolve_rules() {
  rules_.clear();
  told_by_.clear();
  judges_hosts_ = false;
  const auto& all = basis_->rules;
  for (const config::Rule& rule : all) {
    rules_.emplace_back(rule, basis_->names);
    judges_hosts_ = judges_hosts_ ||
                    (rule.when.records() != nullptr && rule.when.within == config::Within::host);
    auto& others = told_by_.emplace_back();
    for (std::uint32_t i = 0; i < all.size(); ++i)
      if (std::find(rule.except.rules.begin(), rule.except.rules.end(), all[i].id) !=
          rule.except.rules.end())
        others.push_back(i);
  }
}

Engine::~Engine() = default;

void Engine::on_hits(const content::Object& object, const content::Node& node,
                     std::span<const detect::Hit> hits) noexcept {
  if (hits.empty()) return;
  hits_ += hits.size();
  Call call{object, node, object.flow.now, nullptr, has_participants(object.info)};
  for (std::uint32_t index = 0; index < rules_.size(); ++index) {
    const RuleFilter& rule = rules_[index];
    const auto looked_for = [&rule](const detect::Hit& hit) { return rule.looks_for(hit); };
    if (std::none_of(hits.begin(), hits.end(), looked_for)) continue;
    if (!rule.applies(object.flow, object.side, object.info) || told_by_another(call, index))
      continue;
    if (rule.rule().when.within == config::Within::host)
      count_for_host(call, index, hits);
    else
      count(call, index, hits);
  }
  if (!call.flow) return;
  recharge(*call.flow);
  make_room(call.now);
}

bool Engine::counts(const Call& call, std::uint32_t rule, const detect::Hit& hit) noexcept {
  if (!rules_[rule].counts(hit)) return false;
  if (!call.object.flow.branch || !seen_in_main_version(call, rule, hit)) return true;
  ++branch_repeats_;
  return false;
}

void Engine::count(Call& call, std::uint32_t rule, std::span<const detect::Hit> hits) {
  Open* open = nullptr;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    const detect::Hit& hit = hits[i];
    if (!counts(call, rule, hit)) continue;
    if (open == nullptr) {
      open = &open_for(call, rule);
      open->path.add(call.object, call.node, masking_);
      open->last = call.now;
    }
    // Large sets are not in the cache: what is needed soon is asked for now.
    if (i + kPrefetchHits < hits.size()) open->counter.values()->prefetch(hits[i + kPrefetchHits]);
    if (open->counter.values()->add(hit, call.has_participants, masking_))
      report_growth(call, *open);
  }
}

void Engine::report_growth(Call& call, Open& open) {
  const std::uint64_t distinct = open.counter.distinct();
  if (distinct < open.next_report) return;
  refresh_context(open, call.object, open.path.node()->media_type);
  emit(open, open.reported ? IncidentState::updated : IncidentState::opened, call.now);
  open.next_report = next_power_of_ten(distinct);
}

bool Engine::told_by_another(const Call& call, std::uint32_t rule) noexcept {
  return std::any_of(told_by_[rule].begin(), told_by_[rule].end(), [&](std::uint32_t other) {
    const Open* open = find_open(call, other);
    return open != nullptr && open->reported;
  });
}

Engine::Open* Engine::find_open(const Call& call, std::uint32_t rule) noexcept {
  const auto found = flow_by_id_.find(call.object.flow.info.id);
  if (found == flow_by_id_.end()) return nullptr;
  const bool of_object = rules_[rule].rule().when.within == config::Within::object;
  for (Open& open : found->second->open)
    if (open.rule == rule && open.sender == call.object.side &&
        open.scope == (of_object ? &call.object : nullptr))
      return &open;
  return nullptr;
}

void Engine::on_object_blind_spot(const content::Object& object, const content::Node& node,
                                  ObjectBlindSpot spot) noexcept {
  Call call{object, node, object.flow.now, nullptr, has_participants(object.info)};
  for (std::uint32_t index = 0; index < rules_.size(); ++index) {
    const RuleFilter& rule = rules_[index];
    if (!rule.is_about(spot) || !rule.applies(object.flow, object.side, object.info) ||
        told_by_another(call, index))
      continue;
    Open& open = open_for(call, index);
    open.path.add(object, node, masking_);
    open.last = call.now;
    open.counter.unread()->add(spot, masking_);
    if (open.reported) continue;
    refresh_context(open, object, spot.media_type);
    emit(open, IncidentState::opened, call.now);
  }
  if (!call.flow) return;
  recharge(*call.flow);
  make_room(call.now);
}

/// A rule within a host keeps no values here: any other rule's knowledge will do for it.
bool Engine::seen_in_main_version(const Call& call, std::uint32_t rule,
                                  const detect::Hit& hit) const noexcept {
  const auto found = flow_by_id_.find(call.object.flow.info.id);
  if (found == flow_by_id_.end()) return false;
  const bool any_rule = rules_[rule].rule().when.within == config::Within::host;
  for (const Open& open : found->second->open)
    if ((any_rule || open.rule == rule) && open.scope != &call.object &&
        open.counter.values() != nullptr &&
        open.counter.values()->contains(hit.signature, hit.value_id))
      return true;
  for (const FlowState::Closed& closed : found->second->closed)
    if (any_rule || closed.rule == rule)
      for (const ValueSet& values : closed.values)
        if (values.contains(hit.value_id)) return true;
  return false;
}

void Engine::count_for_host(Call& call, std::uint32_t rule, std::span<const detect::Hit> hits) {
  HostHits batch;
  batch.rule = rule;
  AddressSet matched;
  for (const detect::Hit& hit : hits) {
    if (!counts(call, rule, hit)) continue;
    if (call.has_participants) matched.insert(hit.value);
    add_for_host(batch, hit);
  }
  if (!batch.signatures.empty()) send_host_hits(call, std::move(batch), matched);
}

void Engine::add_for_host(HostHits& batch, const detect::Hit& hit) {
  auto mine = std::find_if(batch.signatures.begin(), batch.signatures.end(),
                           [&hit](const auto& entry) { return entry.signature == hit.signature; });
  if (mine == batch.signatures.end())
    mine = batch.signatures.insert(mine, {hit.signature, 0, {}, {}});
  ++mine->count;
  mine->value_ids.push_back(hit.value_id);
  if (mine->samples.size() >= config_.alerts.samples || mine->count > kSamplesTriedMax) return;
  Masked sample = masking_.sample(hit.signature, hit.value);
  if (std::find(mine->samples.begin(), mine->samples.end(), sample) == mine->samples.end())
    mine->samples.push_back(std::move(sample));
}

void Engine::send_host_hits(Call& call, HostHits&& batch, const AddressSet& matched) {
  describe_for_host(call, batch, matched);
  batch.host = window_owner(rules_[batch.rule].rule(), batch.flow);
  sink_.on_host_hits(std::move(batch));
}

void Engine::describe_for_host(const Call& call, HostHits& batch, const AddressSet& matched) {
  const content::Object& object = call.object;
  batch.order = {call.now.packet, object.flow.info.id, 0};
  batch.time = call.now.time;
  batch.flow = label(object.flow, object.side);
  batch.actor = masked_actor(object.info.actor, masking_, &matched);
  batch.destination = masked_destination(object.info.destination, masking_, &matched);
  batch.first_packet = object.begin.packet;
  batch.last_packet = call.now.packet;
  batch.object_number = object.number;
}

void Engine::refresh_context(Open& open, const content::Object& object,
                             std::string_view media_type) {
  Incident& incident = open.incident;
  incident.flow = label(object.flow, open.sender);
  const AddressSet* const matched = open.counter.addresses();
  incident.actor = masked_actor(object.info.actor, masking_, matched);
  incident.destination = masked_destination(object.info.destination, masking_, matched);
  if (!incident.object) incident.object.emplace();
  incident.object_number = object.number;
  incident.object->bytes = object.wire_bytes;
  incident.object->media_type = media_type.empty() ? "" : masking_.mask(media_type).text();
}

void Engine::describe_object(const Open& open, Incident& incident) const {
  ObjectLabel& object = *incident.object;
  object.path = open.path.masked(masking_);
  if (!open.path.several_objects()) return;
  object.media_type.clear();
  object.bytes = 0;
  if (object.path.empty()) incident.object.reset();
}

void Engine::emit(Open& open, IncidentState state, const Position& now) {
  const config::Rule& rule = rules_[open.rule].rule();
  Incident incident = open.incident;
  incident.order = {now.packet, incident.flow.flow_id, 0};
  incident.time = now.time;
  incident.state = state;
  incident.rule_id = rule.id;
  incident.rule_description = rule.description;
  incident.severity = rule.severity;
  incident.generation = basis_->generation;
  describe_object(open, incident);
  open.counter.describe(basis_->names, *basis_->labels, incident);
  incident.first_packet = open.first.packet;
  incident.last_packet = open.last.packet;
  open.reported = true;
  ++open.incident.sequence;
  if (state == IncidentState::opened) ++reported_;
  sink_.on_incident(std::move(incident));
}

void Engine::on_object_end(const content::Object& object,
                           const content::ObjectSummary& summary) noexcept {
  if (sightings_) sightings_->end_of(object);
  object_evidence_.end_of(evidence_scope(object));
  const auto found = flow_by_id_.find(object.flow.info.id);
  if (found == flow_by_id_.end()) return;
  FlowState& flow = *found->second;
  for (auto open = flow.open.begin(); open != flow.open.end();) {
    const auto next = std::next(open);
    if (open->path.object() == &object && open->reported) {
      const content::Node* const node = open->path.node();
      refresh_context(*open, object, node->parent ? node->media_type : summary.media_type);
      open->incident.object->sha256 = open->scope ? summary.sha256 : std::string();
    }
    if (open->scope == &object) {
      if (open->reported) open->last = object.flow.now;
      close(flow, open, object.flow.now);
    } else {
      open->path.end_of(object, masking_);
    }
    open = next;
  }
  recharge(flow);
}

void Engine::on_flow_end(const FlowContext& flow) noexcept {
  if (flow.branch) return;
  for (const Side side : {Side::client, Side::server}) {
    flow_evidence_.end_of(evidence_scope(flow, side));
    send_tried(flow, side);
  }
  const auto found = flow_by_id_.find(flow.info.id);
  if (found == flow_by_id_.end()) return;
  for (Open& open : found->second->open)
    if (open.reported) open.incident.flow.app = flow.account.app();
  drop_flow(found->second, flow.now);
}

void Engine::report(Stats& stats) const {
  stats.add("policy.hits", hits_);
  stats.add("policy.records", records_);
  stats.add("policy.incidents", reported_);
  stats.add("policy.incidents_open", open_);
  stats.add("policy.incidents_evicted", evicted_);
  stats.add("policy.branch_repeats", branch_repeats_);
  stats.add("policy.values_not_remembered", values_not_remembered_);
  stats.add("policy.evidence_not_judged",
            object_evidence_.not_judged() + flow_evidence_.not_judged() + tried_not_sent_);
  if (sightings_) stats.add("policy.sightings_forgotten", sightings_->forgotten());
  stats.add("policy.memory_bytes", memory_bytes_);
}

}  // namespace outspan::policy
