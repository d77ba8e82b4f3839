#pragma once

#include "report/facts.h"
#include "report/html.h"

namespace outspan::report {

/// What could not be seen: the ledger, and blind spots by bytes.
void write_unseen(Html& html, const Facts& facts);

/// A table of a ranking: its top rows, and what they leave out.
/// `amount_heading` empty: only how often.
struct RankingTable {
  std::string_view caption, key_heading, amount_heading, times_heading;
  std::size_t rows_max = 20;
  bool is_bytes = false, has_notes = false;
};
void write_ranking(Html& html, const RankingTable& table, const Ranking& ranking);

}  // namespace outspan::report
