#include "policy/engine.h"
#include "policy/engine_state.h"

/// The engine's change from one set of rules, signatures and indexes to another.
namespace outspan::policy {

void Engine::use(BasisPtr basis, const Position& now) {
  const Renumbering numbers(*basis_, *basis);
  const bool same_labels = basis->labels == basis_->labels;
  close_others(numbers, same_labels, now);
  for (FlowState& flow : flows_) renumber(flow, numbers);
  if (!same_labels) {
    if (sightings_) sightings_->forget();
    object_evidence_.forget();
    flow_evidence_.forget();
    unsent_tried_.clear();
  }
  // What counts records of a rule that stays counts on with its filter.
  std::vector<std::shared_ptr<const RecordFilter>> filters(basis->rules.size());
  for (std::size_t i = 0; same_labels && i < numbers.rules.size(); ++i)
    if (numbers.rules[i]) filters[*numbers.rules[i]] = record_filters_[i];
  for (std::size_t i = 0; i < filters.size(); ++i)
    if (!filters[i])
      filters[i] = std::make_shared<const RecordFilter>(basis->rules[i], *basis->labels);
  record_filters_ = std::move(filters);
  const BasisPtr before = std::exchange(basis_, std::move(basis));  // rules_ borrow from it
  resolve_rules();
  for (FlowState& flow : flows_)
    for (Open& open : flow.open)
      if (!open.reported)
        open.next_report = std::max<std::uint64_t>(threshold(rules_[open.rule].rule()), 1);
}

/// By the rules as they still are.
void Engine::close_others(const Renumbering& numbers, bool same_labels, const Position& now) {
  for (FlowState& flow : flows_) {
    for (auto open = flow.open.begin(); open != flow.open.end();) {
      const auto next = std::next(open);
      if (!numbers.rules[open->rule] || (open->counter.records() != nullptr && !same_labels))
        close(flow, open, now);
      open = next;
    }
    // Identities of rows are of the old indexes, too.
    std::erase_if(flow.closed, [&](const FlowState::Closed& closed) {
      const bool of_old_index =
          !same_labels && rules_[closed.rule].rule().when.records() != nullptr;
      if (numbers.rules[closed.rule] && !of_old_index) return false;
      flow.closed_values -= closed.size;
      return true;
    });
  }
}

void Engine::renumber(FlowState& flow, const Renumbering& numbers) {
  for (Open& open : flow.open) {
    open.rule = *numbers.rules[open.rule];
    if (Tally* values = open.counter.values()) values->renumber(numbers.signatures);
  }
  for (FlowState::Closed& closed : flow.closed) closed.rule = *numbers.rules[closed.rule];
  recharge(flow);
}

}  // namespace outspan::policy
