#include "fingerprint/build/reject.h"

namespace outspan::fingerprint {

std::string_view to_string(Reject reject) noexcept {
  static constexpr std::array<std::string_view, kRejects> kSentences{
      "the row has too few fields",
      "too short to mean anything",
      "too long",
      "more than one value in a cell",
      "a spreadsheet cut its digits (4.47911E+11)",
      "no e-mail address",
      "no such top-level domain",
      "no telephone number",
      "a national number, and no --default-country",
      "not of the ticket formats (--ticket-format gives others)",
      "a name needs two words",
      "a placeholder: the same value in more than 1000 rows",
  };
  return kSentences[static_cast<std::size_t>(reject)];
}

void RejectCounts::add(Reject reject, std::uint64_t row) {
  Entry& entry = entries_[static_cast<std::size_t>(reject)];
  ++entry.count;
  if (entry.rows.size() < kRowsShown) entry.rows.push_back(row);
}

void RejectCounts::append(const RejectCounts& later, std::uint64_t base) {
  for (std::size_t i = 0; i < kRejects; ++i) {
    entries_[i].count += later.entries_[i].count;
    for (const std::uint64_t row : later.entries_[i].rows)
      if (entries_[i].rows.size() < kRowsShown) entries_[i].rows.push_back(base + row);
  }
}

std::uint64_t RejectCounts::total() const noexcept {
  std::uint64_t sum = 0;
  for (const Entry& entry : entries_) sum += entry.count;
  return sum;
}

}  // namespace outspan::fingerprint
