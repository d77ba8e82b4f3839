#pragma once

#include "core/hash.h"
#include "policy/counter.h"
#include "policy/engine.h"

/// What the engine keeps of a flow that had hits. For engine.cpp and the files it is split into.
namespace outspan::policy {

/// An incident in the making, reported or not yet.
struct Engine::Open {
  Open(std::uint32_t rule_index, Counter its_counter)
      : rule(rule_index), counter(std::move(its_counter)) {}

  std::uint32_t rule;
  Side sender = Side::client;
  const content::Object* scope = nullptr;  // nullptr: the whole flow
  std::uint64_t ordinal = 0;
  Counter counter;
  HitPath path;
  std::uint64_t next_report = 0;  // distinct values
  bool reported = false;
  Position first, last;
  /// Filled with the first report and kept fresh, so that it can be closed when nothing of the
  /// flow is at hand any more.
  Incident incident;
};

struct Engine::FlowState {
  std::uint64_t id = 0;
  std::list<Open> open;
  std::uint64_t next_ordinal = 0;
  /// Values of incidents that were closed, the latest last, for the sake of branches, which lag
  /// behind the main version.
  struct Closed {
    std::uint32_t rule;
    std::vector<ValueSet> values;
    std::uint64_t size;
  };
  std::list<Closed> closed;
  std::uint64_t closed_values = 0;
  std::uint64_t charged_bytes = 0;
};

/// Scopes of Evidence: an object, ...
inline std::uint64_t evidence_scope(const content::Object& object) noexcept {
  return reinterpret_cast<std::uintptr_t>(&object);
}
/// ... what one side of a flow sends. (What a host sends, HostWindows judges.)
inline std::uint64_t evidence_scope(const FlowContext& flow, Side side) noexcept {
  return flow.info.id * 2 + index(side);
}

/// One on_hits call: what is looked up once for all its hits.
struct Engine::Call {
  const content::Object& object;
  const content::Node& node;
  const Position now;
  FlowState* flow = nullptr;
  bool has_participants = false;
};

}  // namespace outspan::policy
