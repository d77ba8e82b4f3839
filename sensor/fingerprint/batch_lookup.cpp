#include "fingerprint/batch_lookup.h"

#include <algorithm>
#include <bit>

namespace outspan::fingerprint {
namespace {

/// Questions ahead. The processor follows about a dozen misses at a time.
constexpr std::size_t kAhead = 12;

}  // namespace

const std::vector<Answer>& BatchLookup::ask(const IndexSet& indexes,
                                            const std::vector<Candidate>& candidates) {
  questions_.clear();
  possible_.clear();
  answers_.clear();
  for (std::uint32_t i = 0; i < candidates.size(); ++i)
    for (ColumnMask columns = candidates[i].columns; columns != 0;
         columns = static_cast<ColumnMask>(columns & (columns - 1)))
      questions_.push_back({i, static_cast<std::uint8_t>(std::countr_zero(columns))});
  asked_ += questions_.size();
  const auto table = [&](const Question& question) -> const CellTable& {
    return indexes.indexes()[candidates[question.candidate].index].index->table(question.column);
  };
  const auto hash = [&](const Question& question) -> const ValueHash& {
    return candidates[question.candidate].hash;
  };

  const auto prefetch_filter = [&](std::size_t i) {
    if (i < questions_.size()) table(questions_[i]).filter().prefetch(hash(questions_[i]).high);
  };
  for (std::size_t i = 0; i < kAhead; ++i) prefetch_filter(i);
  for (std::size_t i = 0; i < questions_.size(); ++i) {
    prefetch_filter(i + kAhead);
    const Question& question = questions_[i];
    if (!table(question).filter().may_contain(hash(question).high)) continue;
    table(question).prefetch_directory(hash(question));
    possible_.push_back(question);
  }
  passed_filter_ += possible_.size();

  const auto prefetch_records = [&](std::size_t i) {
    if (i < possible_.size()) table(possible_[i]).prefetch_records(hash(possible_[i]));
  };
  for (std::size_t i = 0; i < kAhead; ++i) prefetch_records(i);
  for (std::size_t i = 0; i < possible_.size(); ++i) {
    prefetch_records(i + kAhead);
    const Question& question = possible_[i];
    const RowList rows = table(question).find(hash(question));
    if (rows.empty()) continue;
    indexes.indexes()[candidates[question.candidate].index].index->prefetch_row(rows[0]);
    answers_.push_back({question.candidate, question.column, rows});
  }
  return answers_;
}

}  // namespace outspan::fingerprint
