#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "fingerprint/index/column.h"

namespace outspan::policy {

/// What rules and events have to know of an index: no value, no row.
struct IndexLabel {
  std::string name;
  std::string built_at;  ///< 2026-01-31T23:59:59Z
  std::string key_id;    ///< hexadecimal
  struct Column {
    std::string name;
    fingerprint::ColumnType type = fingerprint::ColumnType::text;
    bool weak = false;
    /// See fingerprint::Column.
    double density = 0, own_density = 0;
  };
  std::vector<Column> columns;
  /// The pseudonym of a row: the same as long as its values are, wherever it stands in the export.
  std::function<std::uint64_t(fingerprint::RowNumber)> record_id;
  /// The rows of pseudonyms (ascending), kRowUnknown for those that are gone. Reads all rows.
  std::function<std::vector<fingerprint::RowNumber>(const std::vector<std::uint64_t>&)> rows_of;
};

/// By index number. Immutable: another one when an index was refreshed.
using IndexLabels = std::vector<IndexLabel>;
using IndexLabelsPtr = std::shared_ptr<const IndexLabels>;

}  // namespace outspan::policy
