#include "alert/output/event_filter.h"

#include <algorithm>

namespace outspan::alert {
namespace {

template <class T, class Value>
bool none_or_has(const std::vector<T>& list, const Value& value) noexcept {
  return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

}  // namespace

EventFilter::EventFilter(const config::EventSelection& wanted, std::vector<std::string> types)
    : wanted_(wanted), rules_(wanted.rules) {
  if (wanted_.events.empty()) wanted_.events = std::move(types);
}

bool EventFilter::wants(const Event& event) const noexcept {
  if (!none_or_has(wanted_.events, type_name(event))) return false;
  if (const auto* incident = std::get_if<policy::Incident>(&event.body)) {
    if (wanted_.severity && incident->severity < *wanted_.severity) return false;
    if (!rules_.empty() && !rules_.matches(incident->rule_id)) return false;
  }
  const policy::FlowLabel* const flow = flow_of(event);
  return flow == nullptr || wants_flow(*flow);
}

bool EventFilter::wants_flow(const policy::FlowLabel& flow) const noexcept {
  if (!none_or_has(wanted_.directions, flow.direction)) return false;
  if (wanted_.networks.empty()) return true;
  const bool source = wanted_.networks.contains(flow.source.address);
  const bool destination = wanted_.networks.contains(flow.destination.address);
  switch (flow.direction) {
    case Direction::outbound: return source;
    case Direction::inbound: return destination;
    default: return source || destination;
  }
}

}  // namespace outspan::alert
