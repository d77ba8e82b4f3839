#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace outspan::report {

/// Amounts by key, of which the largest are shown.
///
/// Memory: `keys_max` keys. Where there are more, the smaller half is dropped into the rest: the
/// sum of all is always exact, the amount of a key that was dropped and came back is too low.
class Ranking {
 public:
  struct Row {
    std::string key;
    std::uint64_t amount = 0, times = 0;
    std::string note;  ///< the last that was given
  };

  explicit Ranking(std::size_t keys_max = 4096) : keys_max_(keys_max) {}

  void add(const std::string& key, std::uint64_t amount, std::uint64_t times = 1,
           const std::string& note = {});

  /// Largest amount first, then most times, then by key.
  [[nodiscard]] std::vector<Row> top(std::size_t rows_max) const;
  /// What top() leaves out, as one row; `times` 0: nothing.
  [[nodiscard]] Row rest(std::size_t rows_max) const;
  /// Of which rest() speaks, at least.
  [[nodiscard]] std::uint64_t keys() const noexcept { return rows_.size() + dropped_keys_; }
  [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }
  [[nodiscard]] std::uint64_t total() const noexcept { return total_; }

 private:
  [[nodiscard]] std::vector<Row> sorted() const;
  void drop_the_smaller_half();

  std::size_t keys_max_;
  std::map<std::string, Row> rows_;
  Row dropped_;
  std::uint64_t dropped_keys_ = 0, total_ = 0;
};

}  // namespace outspan::report
