#pragma once

#include <cstdint>
#include <vector>

#include "fingerprint/find/candidate_list.h"
#include "fingerprint/index/index_set.h"

namespace outspan::fingerprint {

/// The rows of a candidate in a column.
struct Answer {
  std::uint32_t candidate = 0;
  std::uint8_t column = 0;
  RowList rows;
};

/// Asks the indexes for many values at a time: memory that is far away is asked for some questions
/// ahead, so that the answers do not wait for it one by one.
class BatchLookup {
 public:
  /// Answers to those that are in an index, in the order of the candidates.
  const std::vector<Answer>& ask(const IndexSet& indexes, const std::vector<Candidate>& candidates);

  [[nodiscard]] std::uint64_t asked() const noexcept { return asked_; }

 private:
  struct Question {
    std::uint32_t candidate;
    std::uint8_t column;
  };
  std::vector<Question> questions_;
  std::vector<Answer> answers_;
  std::uint64_t asked_ = 0;
};

}  // namespace outspan::fingerprint
