#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/bytes.h"
#include "fingerprint/build/index_file.h"
#include "fingerprint/build/reject.h"
#include "fingerprint/index/index.h"
#include "fingerprint/index/value_hash.h"

namespace outspan::fingerprint {

/// A value of a row, while an index is being built.
struct CellEntry {
  ValueHash hash;
  RowNumber row = 0;
};
static_assert(sizeof(CellEntry) <= 24);

/// All values of a column, spread over partitions by the top bits of their hashes, so that each
/// partition can be sorted by itself, on any thread. 16 bytes a value.
class CellStore {
 public:
  CellStore();
  ~CellStore();
  CellStore(CellStore&&) noexcept;

  void add(const ValueHash& hash, RowNumber row);
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

  struct Written {
    std::uint64_t cells = 0;
    std::uint64_t distinct = 0;
    std::uint64_t home_lines = 0;  ///< see CellTable
    /// Cells that were left out since their value is in more than kRowsPerValueMax rows.
    std::uint64_t common = 0;
    std::vector<std::uint64_t> common_rows;  ///< from 1, the first RejectCounts::kRowsShown
  };
  /// What becomes of values that many rows have.
  enum class Common : std::uint8_t {
    left_out,     ///< above kRowsPerValueMax
    without_rows  ///< above kNamesakesMax: which ones share a name is not told (see Index::table)
  };
  /// Sorts and writes the sections of cells and lists; the store is empty then.
  Written write(IndexFile& file, std::uint32_t column, unsigned threads,
                Common common = Common::left_out);

 private:
  struct Chunk;
  /// A CellEntry without padding.
  struct Packed {
    std::uint64_t high;
    std::uint32_t low;
    RowNumber row;
    [[nodiscard]] ValueHash hash() const noexcept { return {high, low}; }
  };
  struct Partition {
    std::vector<std::unique_ptr<Chunk>> chunks;
    std::vector<Packed> sorted;  ///< instead, once sort() has run
    std::uint64_t distinct = 0;
  };
  class LineWriter;
  static constexpr std::size_t kPartitionBits = 10;
  void sort(unsigned threads);
  static void sort(Partition& partition);

  std::vector<Partition> partitions_;
  std::uint64_t size_ = 0;
};

/// A value that more rows than these share says nothing about any of them ("none@example.com").
inline constexpr std::uint32_t kRowsPerValueMax = 1000;

}  // namespace outspan::fingerprint
