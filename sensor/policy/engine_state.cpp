#include "policy/engine_state.h"

#include "policy/incident_id.h"

/// The engine's bookkeeping: which flows and incidents are open, and what makes room at a bound.
namespace outspan::policy {
namespace {

/// One flow cannot crowd out the others; HTTP, mail and FTP have one or two objects open at a time.
constexpr std::size_t kOpenPerFlowMax = 1024;
/// A tally smaller than this gains little by estimating.
constexpr std::uint64_t kLargeTallyBytes = std::uint64_t{64} * 1024;

}  // namespace

Engine::FlowState& Engine::state_of(Call& call) {
  if (call.flow) return *call.flow;
  const std::uint64_t id = call.object.flow.info.id;
  const auto found = flow_by_id_.find(id);
  if (found != flow_by_id_.end()) {
    flows_.splice(flows_.begin(), flows_, found->second);
  } else {
    flows_.emplace_front().id = id;
    flow_by_id_.emplace(id, flows_.begin());
  }
  call.flow = &flows_.front();
  return *call.flow;
}

Engine::Open& Engine::open_for(Call& call, std::uint32_t rule) {
  FlowState& flow = state_of(call);
  const config::Rule& its = rules_[rule].rule();
  const content::Object* scope = its.when.within == config::Within::object ? &call.object : nullptr;
  // From the back: the newest object is the likely one.
  for (auto open = flow.open.rbegin(); open != flow.open.rend(); ++open)
    if (open->rule == rule && open->scope == scope && open->sender == call.object.side)
      return *open;

  if (flow.open.size() >= kOpenPerFlowMax) {
    ++evicted_;
    close(flow, flow.open.begin(), call.now);
  }
  Open& open = flow.open.emplace_back(rule, Counter(its, *record_filters_[rule], config_));
  ++open_;
  open.sender = call.object.side;
  open.scope = scope;
  open.ordinal = flow.next_ordinal++;
  open.first = call.object.begin;
  open.next_report = std::max<std::uint64_t>(threshold(its), 1);
  open.incident.id = incident_id(its.id, call.object.flow.info, open.sender, open.ordinal);
  return open;
}

void Engine::close(FlowState& flow, std::list<Open>::iterator open, const Position& now) {
  if (open->reported) emit(*open, IncidentState::closed, now);
  --open_;
  remember(flow, *open);
  flow.open.erase(open);
}

void Engine::remember(FlowState& flow, Open& open) {
  if (config_.limits.branches == 0) return;
  FlowState::Closed closed{
      open.rule,
      open.counter.take_identities(config_.limits.distinct_values, values_not_remembered_), 0};
  for (const ValueSet& values : closed.values) closed.size += values.size();
  if (closed.size == 0) return;
  flow.closed_values += closed.size;
  flow.closed.push_back(std::move(closed));
  while (flow.closed_values > config_.limits.distinct_values) {
    flow.closed_values -= flow.closed.front().size;
    values_not_remembered_ += flow.closed.front().size;
    flow.closed.pop_front();
  }
}

void Engine::drop_flow(FlowList::iterator flow, const Position& now) {
  while (!flow->open.empty()) close(*flow, flow->open.begin(), now);
  memory_bytes_ -= flow->charged_bytes;
  flow_by_id_.erase(flow->id);
  flows_.erase(flow);
}

void Engine::recharge(FlowState& flow) {
  std::uint64_t bytes = sizeof(FlowState);
  for (const FlowState::Closed& closed : flow.closed)
    for (const ValueSet& values : closed.values) bytes += sizeof(closed) + values.memory_bytes();
  for (const Open& open : flow.open) bytes += sizeof(Open) + open.counter.memory_bytes();
  memory_bytes_ += bytes - flow.charged_bytes;
  flow.charged_bytes = bytes;
}

void Engine::estimate_in(FlowState& flow) {
  for (Open& open : flow.open)
    if (open.counter.memory_bytes() > kLargeTallyBytes) open.counter.give_up_exactness();
  recharge(flow);
}

/// The flow that was hit last is at the front and is given up last.
void Engine::make_room(const Position& now) {
  if (memory_bytes_ > memory_max_ && flows_.front().charged_bytes > memory_max_ / 16)
    estimate_in(flows_.front());
  const auto over = [this] {
    return memory_bytes_ > memory_max_ || open_ > config_.limits.incidents;
  };
  while (over() && flows_.size() > 1) {
    evicted_ += flows_.back().open.size();
    drop_flow(std::prev(flows_.end()), now);
  }
  if (!over() || flows_.empty()) return;
  FlowState& flow = flows_.front();
  while (open_ > config_.limits.incidents && flow.open.size() > 1) {
    ++evicted_;
    close(flow, flow.open.begin(), now);
  }
  if (memory_bytes_ > memory_max_) estimate_in(flow);
}

}  // namespace outspan::policy
