#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fingerprint/build/reject.h"

namespace outspan::fingerprint {

/// How tickets of a column were found to be written (TicketFormat::of_value), while the formats are
/// not given.
///
/// What is chosen is shown and stands in the index in clear, so it may hold no value of a customer:
/// letters stay only where many tickets share them.
class FormatCounts {
 public:
  static constexpr std::size_t kMax = 256;

  /// `value`: the ticket; empty: the format was given.
  void add(std::string format, std::string_view value, std::uint64_t row);
  void append(const FormatCounts& later, std::uint64_t base);

  struct Chosen {
    std::string format;
    std::uint64_t cells = 0;
  };
  /// Formats to search for, the commonest first; all others are counted in `rejects`.
  std::vector<Chosen> choose(RejectCounts& rejects) const;

 private:
  struct Entry {
    std::uint64_t count = 0;
    std::vector<std::uint64_t> rows;  ///< from 1, the first RejectCounts::kRowsShown
    bool given = false;
    /// What stands at the `?` of the format, the same in all tickets; 0 where they differ.
    std::string letters;
  };
  static void merge(Entry& entry, const Entry& more, std::uint64_t base);
  [[nodiscard]] std::uint64_t cells() const noexcept;
  static void reject(const Entry& entry, RejectCounts& rejects);

  std::map<std::string, Entry> all_;
  Entry others_;  ///< cells in formats beyond the first kMax
};

}  // namespace outspan::fingerprint
