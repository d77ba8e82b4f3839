#pragma once

#include <cstdlib>

#include "tests/content/support.h"

namespace outspan::content {

inline bool reached_a_budget(const Bench& bench) {
  Stats stats;
  bench.inspector.report(stats);
  return stats.value("content.budget.parts") + stats.value("content.budget.expansion") > 0;
}

/// Runs a part whole and in pieces: both must give the same text and a ledger that adds up.
inline void fuzz_part(const protocol::PartInfo& info, Bytes bytes, config::Config config = {}) {
  config.limits.expanded_mib = 4;
  config.limits.parts = 200;
  Bench whole(config);
  whole.run(info, as_text(bytes));
  Bench pieces(config);
  pieces.run(info, as_text(bytes), bytes.size() % 13 + 1);
  if (!whole.problem.empty() || !pieces.problem.empty()) std::abort();
  if (!whole.adds_up(bytes.size()) || !pieces.adds_up(bytes.size())) std::abort();
  // Budgets and damage stop at places that depend on the pieces.
  const bool limited = !whole.blind_spots.empty() || !pieces.blind_spots.empty() ||
                       reached_a_budget(whole) || reached_a_budget(pieces);
  if (!limited && whole.texts != pieces.texts) std::abort();
}

}  // namespace outspan::content
