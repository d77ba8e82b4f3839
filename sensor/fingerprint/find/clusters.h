#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "content/text.h"
#include "fingerprint/index/column.h"
#include "fingerprint/index/index.h"

namespace outspan::fingerprint {

/// A value of a row in a window.
struct FoundCell {
  std::uint64_t at = 0, end = 0;  ///< in the text of the node
  std::uint32_t candidate = 0;
  RowNumber row = 0;
  std::uint16_t index = 0;
  std::uint8_t column = 0;
  /// It says something by itself: it is written like such a value, or context says so.
  bool speaks = false;
  /// It is enough by itself: it speaks, and its column is strong.
  bool sure = false;
  /// It is written like any number, and its column in a table says nothing else.
  bool bare = false;
  /// Something was left out: it says nothing by itself, in any number.
  bool guess = false;
  /// How many rows have the value, and whether this is not the first of them.
  bool repeats_value = false;
  std::uint32_t rows_of_value = 1;
  /// In the window's core; otherwise another window counts it.
  bool in_core = false;
};

/// Values of one row that stand together.
struct Cluster {
  static constexpr std::uint32_t kNone = 0xffffffff;

  RowNumber row = 0;
  std::uint16_t index = 0;
  ColumnMask columns = 0;
  bool speaks = false, sure = false;                     ///< one of its values does, is
  bool bare = true, guess = true, repeats_value = true;  ///< all of its values are, do
  std::uint32_t rows_of_value = 1;
  bool in_core = false;  ///< one of them is
  std::uint64_t first_at = 0, last_at = 0;
  /// Its values in this window: the first one, and from each the next (see Clusters::next).
  std::uint32_t first_cell = kNone, last_cell = kNone;
};

/// Puts values of the same row that stand together into clusters. Remembers the last ones of a
/// node, so that a record which two windows share is one.
///
/// Memory: some bytes a value of the window; kRecordsKept clusters for each of kNodes nodes.
class Clusters {
 public:
  /// Values this near are together whatever they are, and so are ...
  static constexpr std::uint64_t kNearBytes = 300;
  /// ... those that speak for themselves this near.
  static constexpr std::uint64_t kFarBytes = 4096;

  /// Makes the clusters of a window whose values are `cells`, ascending.
  void make(const content::Object& object, const content::Node& node,
            const std::vector<FoundCell>& cells);
  [[nodiscard]] const std::vector<Cluster>& all() const noexcept { return clusters_; }
  /// The value of a cluster that follows one of it; Cluster::kNone: there is none.
  [[nodiscard]] std::uint32_t next(std::uint32_t cell) const noexcept { return next_[cell]; }
  /// The window is over; the next one of the node begins at `core_end`, or it has ended.
  void keep(const content::Object& object, const content::Node& node, std::uint64_t core_end,
            bool ended);
  /// Rows mean something else from now on.
  void forget() noexcept;

 private:
  static constexpr std::size_t kNodes = 32;
  static constexpr std::size_t kRecordsKept = 128;
  struct Kept {
    const content::Object* object = nullptr;
    std::uint64_t packet = 0;
    std::uint32_t node = 0;
    std::vector<Cluster> clusters;
  };
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t cluster = 0;
    std::uint32_t generation = 0;
  };
  Slot& slot_of(std::uint64_t key) noexcept;
  void make_room(std::size_t values);
  void add(const FoundCell& cell, std::uint32_t number);
  [[nodiscard]] Kept* kept_of(const content::Object& object, const content::Node& node) noexcept;

  std::vector<Cluster> clusters_;
  std::vector<std::uint32_t> next_;
  std::vector<Slot> slots_;  // by row: its latest cluster
  std::uint32_t generation_ = 0;
  std::array<Kept, kNodes> kept_;
  std::size_t next_kept_ = 0;
};

}  // namespace outspan::fingerprint
