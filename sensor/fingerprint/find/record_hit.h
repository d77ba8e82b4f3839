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
  /// Nothing but one value that could be some customer's by chance.
  bool weak = false;
  bool canary = false;
  std::uint64_t offset = 0;  ///< of the first value, in the text of its node
  std::span<const CellHit> cells;
};

/// How many well-formed values were looked up in a column that is weak, hit or not: a rule that
/// counts such hits wants to know how many are chance.
struct Tried {
  std::uint16_t index = 0;
  std::uint8_t column = 0;
  std::uint64_t count = 0;
};

/// Receives what was found of known customers: the hand-over to policy/.
/// Thread: the pipeline's.
class RecordHitSink {
 public:
  virtual ~RecordHitSink() = default;
  /// Of one window. Only called when there is a record.
  virtual void on_records(const content::Object& object, const content::Node& node,
                          std::span<const RecordHit> records,
                          std::span<const Tried> tried) noexcept = 0;
};

}  // namespace outspan::fingerprint
