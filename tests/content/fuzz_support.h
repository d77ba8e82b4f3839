#pragma once

#include <cstdlib>

#include "tests/content/support.h"

namespace outspan::content {

/// Runs a part whole and in pieces: both must give the same text and a ledger that adds up.
inline void fuzz_part(const protocol::PartInfo& info, Bytes bytes) {
  config::Limits limits;
  limits.expanded_mib = 4;
  limits.parts = 200;
  Bench whole(limits);
  whole.run(info, as_text(bytes));
  Bench pieces(limits);
  pieces.run(info, as_text(bytes), bytes.size() % 13 + 1);
  if (!whole.problem.empty() || !pieces.problem.empty()) std::abort();
  if (whole.account.columns(Side::client).total() != bytes.size()) std::abort();
  // Budgets and damage stop at places that depend on the pieces.
  const bool limited = !whole.blind_spots.empty() || !pieces.blind_spots.empty();
  if (!limited && whole.texts != pieces.texts) std::abort();
}

}  // namespace outspan::content
