#include <algorithm>

#include "policy/engine.h"
#include "policy/engine_state.h"
#include "policy/masked_context.h"

/// The engine's part in records of customers.
namespace outspan::policy {

void Engine::on_records(const content::Object& object, const content::Node& node,
                        std::span<const fingerprint::RecordHit> records,
                        std::span<const fingerprint::Tried> tried) noexcept {
  records_ += records.size();
  const Position& now = object.flow.now;
  if (!tried.empty()) {
    object_evidence_.add_tried(evidence_scope(object), now, tried);
    flow_evidence_.add_tried(evidence_scope(object.flow, object.side), now, tried);
    hand_on_tried(object, tried);
  }
  if (records.empty()) return;
  judged_.clear();
  for (const fingerprint::RecordHit& hit : records) judged_.push_back({hit, now});
  Call call{object, node, now, nullptr, has_participants(object.info)};
  object_evidence_.judge(evidence_scope(object), now, *basis_->labels, judged_);
  if (sightings_) sightings_->add(object, node, judged_, *basis_->labels);
  count_records_within(call, config::Within::object);
  flow_evidence_.judge(evidence_scope(object.flow, object.side), now, *basis_->labels, judged_);
  count_records_within(call, config::Within::flow);
  count_records_within(call, config::Within::host);
  if (watches_access_) send_pulled(call);
  hand_on_doubts(call);
  if (!call.flow) return;
  recharge(*call.flow);
  make_room(call.now);
}

/// Those of judged_, by all rules of a scope.
void Engine::count_records_within(Call& call, config::Within within) {
  for (std::uint32_t index = 0; index < rules_.size(); ++index) {
    const config::Rule::When& when = rules_[index].rule().when;
    if (when.records() == nullptr || when.within != within ||
        !rules_[index].applies(call.object.flow, call.object.side, call.object.info) ||
        told_by_another(call, index))
      continue;
    if (within == config::Within::host)
      count_records_for_host(call, index);
    else
      count_records(call, index);
  }
}

void Engine::count_records(Call& call, std::uint32_t rule) {
  const RecordFilter& filter = *record_filters_[rule];
  Open* open = nullptr;
  for (const JudgedHit& judged : judged_) {
    const fingerprint::RecordHit& hit = judged.hit;
    if (!filter.believes(hit)) continue;
    const fingerprint::ColumnMask columns = filter.counting(hit);
    if (columns == 0) continue;
    if (call.object.flow.branch && seen_in_main_version(call, rule, hit)) {
      ++branch_repeats_;
      continue;
    }
    if (open == nullptr) {
      open = &open_for(call, rule);
      open->path.add(call.object, call.node, masking_);
      open->last = call.now;
    }
    if (open->counter.records()->add(hit, columns, *basis_->labels, masking_))
      report_growth(call, *open);
  }
}

void Engine::count_records_for_host(Call& call, std::uint32_t rule) {
  const RecordFilter& filter = *record_filters_[rule];
  HostHits batch;
  batch.rule = rule;
  for (const JudgedHit& judged : judged_) {
    const fingerprint::RecordHit& hit = judged.hit;
    if (!filter.believes(hit)) continue;
    const fingerprint::ColumnMask columns = filter.enough(hit);
    if (columns == 0) continue;
    if (call.object.flow.branch && seen_in_main_version(call, rule, hit)) continue;
    batch.records.push_back({hit.index, hit.row, hit.record_id, columns, hit.canary});
  }
  if (batch.records.empty()) return;
  batch.labels = basis_->labels;
  send_host_hits(call, std::move(batch), {});
}

/// A sender's flows are spread over the pipelines: what each has tried goes with its next doubt, or
/// at its end.
void Engine::hand_on_tried(const content::Object& object,
                           std::span<const fingerprint::Tried> tried) {
  if (!judges_hosts_) return;
  const std::uint64_t scope = evidence_scope(object.flow, object.side);
  if (unsent_tried_.size() >= Evidence::kScopesMax && !unsent_tried_.contains(scope))
    ++tried_not_sent_;
  else
    add_tried(unsent_tried_[scope], tried);
}

/// Of judged_, what is weak still.
void Engine::hand_on_doubts(Call& call) {
  if (!judges_hosts_) return;
  auto doubts = std::make_shared<HostDoubts>();
  doubts->rules = rules_for_doubts(call);
  if (doubts->rules.empty()) return;
  for (const JudgedHit& judged : judged_) {
    if (!judged.hit.weak ||
        (call.object.flow.branch && seen_in_main_version(call, doubts->rules.front(), judged.hit)))
      continue;
    doubts->hits.push_back(judged.hit);
    doubts->hits.back().cells = {};
  }
  if (doubts->hits.empty()) return;
  const auto tried = unsent_tried_.find(evidence_scope(call.object.flow, call.object.side));
  if (tried != unsent_tried_.end()) {
    doubts->tried = std::move(tried->second);
    unsent_tried_.erase(tried);
  }
  HostHits batch;
  batch.labels = basis_->labels;
  batch.doubts = std::move(doubts);
  describe_for_host(call, batch, {});
  batch.host = batch.flow.source.address;
  sink_.on_host_hits(std::move(batch));
}

/// Those within a host that would count one of judged_ if it were no chance.
std::vector<std::uint32_t> Engine::rules_for_doubts(const Call& call) {
  std::vector<std::uint32_t> rules;
  for (std::uint32_t index = 0; index < rules_.size(); ++index) {
    const config::Rule::When& when = rules_[index].rule().when;
    const RecordFilter& filter = *record_filters_[index];
    const auto counts = [&filter](const JudgedHit& judged) {
      return judged.hit.weak && !filter.believes(judged.hit) && filter.enough(judged.hit) != 0;
    };
    if (when.records() != nullptr && when.within == config::Within::host &&
        std::any_of(judged_.begin(), judged_.end(), counts) &&
        rules_[index].applies(call.object.flow, call.object.side, call.object.info) &&
        !told_by_another(call, index))
      rules.push_back(index);
  }
  return rules;
}

void Engine::send_tried(const FlowContext& flow, Side side) {
  const auto tried = unsent_tried_.find(evidence_scope(flow, side));
  if (tried == unsent_tried_.end()) return;
  auto doubts = std::make_shared<HostDoubts>();
  doubts->tried = std::move(tried->second);
  unsent_tried_.erase(tried);
  HostHits batch;
  batch.order = {flow.now.packet, flow.info.id, 0};
  batch.time = flow.now.time;
  batch.host = flow.info.ends[index(side)].address;
  batch.labels = basis_->labels;
  batch.doubts = std::move(doubts);
  sink_.on_host_hits(std::move(batch));
}

bool Engine::seen_in_main_version(const Call& call, std::uint32_t rule,
                                  const fingerprint::RecordHit& hit) const noexcept {
  const auto found = flow_by_id_.find(call.object.flow.info.id);
  if (found == flow_by_id_.end()) return false;
  const bool any_rule = rules_[rule].rule().when.within == config::Within::host;
  for (const Open& open : found->second->open)
    if (open.counter.records() != nullptr && (any_rule || open.rule == rule) &&
        open.scope != &call.object && open.counter.records()->contains(hit.index, hit.row))
      return true;
  const std::uint64_t identity = record_identity(hit.index, hit.row);
  for (const FlowState::Closed& closed : found->second->closed)
    if (any_rule || closed.rule == rule)
      for (const ValueSet& values : closed.values)
        if (values.contains(identity)) return true;
  return false;
}

}  // namespace outspan::policy
