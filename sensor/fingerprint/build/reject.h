#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace outspan::fingerprint {

/// Why a cell of the source cannot be used. Every cell that is not empty is used or counted under
/// one of these.
enum class Reject : std::uint8_t {
  missing,  ///< the row has fewer fields than the first line
  too_short,
  too_long,
  several_values,
  spreadsheet_number,  ///< 4.47911E+11
  not_an_address,
  unknown_domain,
  not_a_phone,
  no_country,
  other_format,
  one_word,
  common_value,
};
inline constexpr std::size_t kRejects = 12;
/// A short sentence for people.
std::string_view to_string(Reject reject) noexcept;

/// Counts cells by reason, with the first rows of each.
class RejectCounts {
 public:
  static constexpr std::size_t kRowsShown = 10;
  struct Entry {
    std::uint64_t count = 0;
    std::vector<std::uint64_t> rows;  ///< from 1, the first kRowsShown
  };

  /// Rows come in ascending order.
  void add(Reject reject, std::uint64_t row);
  /// `count` more, of rows that need not be shown.
  void add_more(Reject reject, std::uint64_t count) noexcept {
    entries_[static_cast<std::size_t>(reject)].count += count;
  }
  /// `base` is added to the rows of `later`.
  void append(const RejectCounts& later, std::uint64_t base);
  [[nodiscard]] const Entry& operator[](Reject reject) const noexcept {
    return entries_[static_cast<std::size_t>(reject)];
  }
  [[nodiscard]] std::uint64_t total() const noexcept;

 private:
  std::array<Entry, kRejects> entries_;
};

}  // namespace outspan::fingerprint
