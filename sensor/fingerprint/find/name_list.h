#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "fingerprint/forms/words.h"
#include "fingerprint/index/index_set.h"

namespace outspan::fingerprint {

/// Something that is written like a name and made of words of customers' names.
struct ListedName {
  std::uint32_t begin = 0;  ///< in the text
  /// How likely it would be a customer's if it were a stranger's.
  double chance = 1;
  /// The customers who are called so, kNamesakesMax at most; empty: it is nobody's.
  RowList rows;
  std::uint64_t identity = 0;  ///< of its words
};

/// Reads names where they stand by themselves: one or several a line, first and last name together
/// or in columns or fields of their own, in either order. What a text has to be for that: dense
/// with words of customers' names. Others are given up after a few words, so this costs nothing
/// where there is nothing to be found.
///
/// A line or a JSON object is a record, and one try: it counts as found if two words of it that
/// stand together are a customer's name.
///
/// Thread: the pipeline's. Memory: proportional to a text.
class NameList {
 public:
  /// The different names of a text, by position; those that more than kNamesakesMax customers have
  /// are left out. `text` is borrowed during the call.
  const std::vector<ListedName>& read(std::string_view text, const SearchedIndex& searched);

 private:
  struct Part {
    std::uint64_t hash = 0;
    double count = 0;  // customers who have it; 0: nobody
  };
  /// Words that nothing but blanks separates.
  struct Cell {
    std::uint32_t begin = 0;
    Part first, last;
    bool single = true;  // one word: `last` is `first`
  };
  struct Pair {
    std::uint32_t begin = 0;
    std::uint32_t first_cell = 0, last_cell = 0;  // of the record, from 1
    Part first, last;
  };
  struct CellWord {
    std::uint32_t begin;
    std::uint64_t hash;
    bool title, suffix, initial;
  };
  enum class Gap : std::uint8_t { blank, cell, label, record };

  [[nodiscard]] static Gap gap_of(std::string_view between) noexcept;
  [[nodiscard]] static bool looks_like_one(std::string_view sample) noexcept;
  [[nodiscard]] bool is_dense(std::string_view sample) const;
  [[nodiscard]] Part part_of(std::uint64_t hash) const noexcept;
  void read_all(std::string_view text);
  void add_word(const Word& word);
  void end_cell(bool label);
  void add_pairs(const Cell& cell);
  void end_record();
  ListedName look_up(const Pair& pair) const noexcept;
  void add_as_one();
  void add_each();
  [[nodiscard]] bool hopeless() const noexcept;

  const Index* index_ = nullptr;
  const CellTable* table_ = nullptr;
  SipKey key_;
  std::vector<CellWord> words_;  // of the cell
  bool too_long_ = false;
  Cell before_;  // of the record
  std::uint32_t cells_ = 0;
  std::vector<Pair> pairs_;  // of the record
  std::vector<ListedName> names_;
  std::size_t found_ = 0;
};

}  // namespace outspan::fingerprint
