#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "fingerprint/build/cell_reader.h"
#include "fingerprint/build/cell_store.h"
#include "fingerprint/build/csv.h"
#include "fingerprint/build/name_statistics.h"

namespace outspan::fingerprint {

/// The first line of a source, matched with what the operator asked for.
struct SourceShape {
  char separator = ',';
  std::size_t fields = 0;  ///< of the first line
  struct Used {
    std::size_t field;
    ColumnType type;
  };
  std::vector<Used> columns;
  std::optional<std::size_t> canary_field;
};

/// What a piece of the source becomes. Rows count from 0 within the piece.
struct PieceResult {
  std::uint64_t rows = 0;
  std::uint64_t canaries = 0;
  std::uint64_t bytes = 0;
  std::vector<std::vector<CellEntry>> cells;  ///< by column; of seeds only
  struct Row {
    std::uint64_t tag = 0;  ///< not masked yet
    std::uint64_t record_id = 0;
  };
  std::vector<Row> row_records;
  std::vector<std::uint32_t> text_tags;  ///< of all rows, as many a row as there are text columns
  std::vector<std::uint64_t> name_sums;
  std::vector<NameStatistics::Pair> name_pairs;
  std::vector<ColumnFindings> findings;  ///< by column
  PhonePlan phones;
  std::optional<Problem> problem;  ///< the source cannot be read beyond this
};

/// Reads pieces of a source. Thread: one object a thread.
class PieceReader {
 public:
  PieceReader(const std::string& source_name, SourceShape shape, KeyPtr key,
              CellReader::Options options);

  PieceResult read(const CsvCutter::Piece& piece);

 private:
  /// What is wrong with a row of more fields than the first line.
  [[nodiscard]] std::string too_many(const std::vector<std::string_view>& fields) const;
  void read_row(const std::vector<std::string_view>& fields, PieceResult& result);

  std::string source_name_;
  SourceShape shape_;
  KeyPtr key_;
  CellReader cells_;
  Cell cell_;
  std::size_t texts_ = 0;
};

}  // namespace outspan::fingerprint
