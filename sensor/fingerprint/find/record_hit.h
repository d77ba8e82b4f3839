#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "content/text.h"
#include "fingerprint/index/column.h"

namespace outspan::fingerprint {

/// A value of a customer's, as it was found.
struct CellHit {
  std::uint8_t column = 0;  ///< position in the index
  bool counted = false;     ///< it stands in this window's core; otherwise another window counts it
  /// Canonical form. In clear: borrowed until the call returns, never kept.
  std::string_view value;
};

/// Values of one row that were found together. The same row may come again, with other columns.
struct RecordHit {
  std::uint16_t index = 0;  ///< in the IndexSet
  RowNumber row = 0;
  /// The same whatever the row's position in the export.
  std::uint64_t record_id = 0;
  ColumnMask columns = 0;
  /// Could be chance: one value of a weak column or a bare number, with nothing of its row beside
  /// it or only a name or a text; or only a name. For policy/ to judge, by how many such hits there
  /// are.
  bool weak = false;
  /// Of weak ones: written like any number.
  bool bare = false;
  /// Of weak ones: so many rows have the value, and another of them came before.
  std::uint32_t rows_of_value = 1;
  bool repeats_value = false;
  /// Of a name where nothing else stands: how likely a stranger's would be a customer's. 0: there
  /// is more than a name.
  double name_chance = 0;
  /// The share of such hits that chance explains: what policy/ found.
  double by_chance = 0;
  bool canary = false;
  std::uint64_t offset = 0;  ///< of the first value, in the text of its node
  std::span<const CellHit> cells;
};

/// How many well-formed values were looked up, hit or not, where a single hit could be chance: by
/// column, and by whether they were written like any number.
struct Tried {
  std::uint16_t index = 0;
  std::uint8_t column = 0;
  bool bare = false;
  std::uint64_t count = 0;
  /// Of names only, of which `count` are nobody's: how many strangers' names among as many
  /// strangers would be a customer's.
  double strangers = 0;
};

/// Receives what was found of known customers: the hand-over to policy/.
/// Thread: the pipeline's.
class RecordHitSink {
 public:
  virtual ~RecordHitSink() = default;
  /// Of one window. Only called when there is a record, or something was tried.
  virtual void on_records(const content::Object& object, const content::Node& node,
                          std::span<const RecordHit> records,
                          std::span<const Tried> tried) noexcept = 0;
};

}  // namespace outspan::fingerprint
