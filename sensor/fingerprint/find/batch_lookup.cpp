#include "fingerprint/find/batch_lookup.h"

#include <algorithm>
#include <bit>

namespace outspan::fingerprint {
namespace {

/// Questions ahead. The processor follows about a dozen misses at a time.
constexpr std::size_t kAhead = 24;

}  // namespace

const std::vector<Answer>& BatchLookup::ask(const IndexSet& indexes,
                                            const std::vector<Candidate>& candidates) {
  questions_.clear();
  answers_.clear();
  for (std::uint32_t i = 0; i < candidates.size(); ++i)
    for (ColumnMask columns = candidates[i].columns; columns != 0;
         columns = static_cast<ColumnMask>(columns & (columns - 1)))
      questions_.push_back({i, static_cast<std::uint8_t>(std::countr_zero(columns))});
  asked_ += questions_.size();
  const auto table = [&](const Question& question) -> const CellTable& {
    return indexes.indexes()[candidates[question.candidate].index].index->table(question.column);
  };
  const auto prefetch = [&](std::size_t i) {
    if (i < questions_.size())
      table(questions_[i]).prefetch(candidates[questions_[i].candidate].hash);
  };
  for (std::size_t i = 0; i < kAhead; ++i) prefetch(i);
  for (std::size_t i = 0; i < questions_.size(); ++i) {
    prefetch(i + kAhead);
    const Question& question = questions_[i];
    const Candidate& candidate = candidates[question.candidate];
    const RowList rows = table(question).find(candidate.hash);
    if (rows.empty()) continue;
    indexes.indexes()[candidate.index].index->prefetch_row(rows[0]);
    answers_.push_back({question.candidate, question.column, rows});
  }
  return answers_;
}

}  // namespace outspan::fingerprint
