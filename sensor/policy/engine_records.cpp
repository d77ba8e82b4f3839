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
  const IpAddress& sender = object.flow.info.ends[index(object.side)].address;
  if (!tried.empty()) {
    object_evidence_.add_tried(evidence_scope(object), now, tried);
    flow_evidence_.add_tried(evidence_scope(object.flow, object.side), now, tried);
    host_evidence_.add_tried(evidence_scope(sender), now, tried);
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
  host_evidence_.judge(evidence_scope(sender), now, *basis_->labels, judged_);
  count_records_within(call, config::Within::host);
  if (!call.flow) return;
  recharge(*call.flow);
  make_room(call.now);
}

/// Those of judged_, by all rules of a scope.
void Engine::count_records_within(Call& call, config::Within within) {
  for (std::uint32_t index = 0; index < rules_.size(); ++index) {
    const config::Rule::When& when = rules_[index].rule().when;
    if (!when.counts_records() || when.within != within ||
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
    if (hit.weak && !filter.believes_weak()) continue;
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
    if (open->records->add(hit, columns, *basis_->labels, masking_)) report_growth(call, *open);
  }
}

void Engine::count_records_for_host(Call& call, std::uint32_t rule) {
  const RecordFilter& filter = *record_filters_[rule];
  HostHits batch;
  batch.rule = rule;
  for (const JudgedHit& judged : judged_) {
    const fingerprint::RecordHit& hit = judged.hit;
    if (hit.weak && !filter.believes_weak()) continue;
    const fingerprint::ColumnMask columns = filter.counting(hit);
    if (columns == 0 || !filter.satisfied(hit.index, columns)) continue;
    if (call.object.flow.branch && seen_in_main_version(call, rule, hit)) continue;
    batch.records.push_back({hit.index, hit.row, hit.record_id, columns, hit.canary});
  }
  if (batch.records.empty()) return;
  batch.labels = basis_->labels;
  send_host_hits(call, std::move(batch), {});
}

bool Engine::seen_in_main_version(const Call& call, std::uint32_t rule,
                                  const fingerprint::RecordHit& hit) const noexcept {
  const auto found = flow_by_id_.find(call.object.flow.info.id);
  if (found == flow_by_id_.end()) return false;
  const bool any_rule = rules_[rule].rule().when.within == config::Within::host;
  for (const Open& open : found->second->open)
    if (open.records && (any_rule || open.rule == rule) && open.scope != &call.object &&
        open.records->contains(hit.index, hit.row))
      return true;
  const std::uint64_t identity = record_identity(hit.index, hit.row);
  for (const FlowState::Closed& closed : found->second->closed)
    if (any_rule || closed.rule == rule)
      for (const ValueSet& values : closed.values)
        if (values.contains(identity)) return true;
  return false;
}

}  // namespace outspan::policy
