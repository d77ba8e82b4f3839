#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/result.h"
#include "fingerprint/build/csv.h"
#include "fingerprint/build/format_counts.h"
#include "fingerprint/build/reject.h"
#include "fingerprint/index/column.h"
#include "fingerprint/index/key.h"

namespace outspan::fingerprint {

/// What the operator wants of the source.
struct BuildOptions {
  struct ColumnSpec {
    std::string header;
    ColumnType type = ColumnType::text;
  };
  std::vector<ColumnSpec> columns;
  std::vector<std::string> countries;       ///< ISO 3166
  std::vector<std::string> ticket_formats;  ///< empty: found out
  std::string canary_header;                ///< empty: there are none
  char separator = '\0';                    ///< '\0': found out
  std::int64_t built_at_s = 0;
  unsigned threads = 1;
  /// Refuse to replace an index with more than twice as many rows as the source has.
  std::uint64_t previous_rows = 0;
};

/// What became of the source. Tells rows by their numbers, never a value.
struct BuildReport {
  std::uint64_t rows = 0;
  std::uint64_t canaries = 0;
  std::uint64_t source_bytes = 0;
  std::uint64_t index_bytes = 0;
  double seconds = 0;
  struct ColumnReport {
    Column column;
    std::uint64_t usable = 0;  ///< cells of the source, an address and its mailbox being one
    std::uint64_t empty = 0;
    RejectCounts rejects;
    std::vector<FormatCounts::Chosen> formats;  ///< of tickets
  };
  std::vector<ColumnReport> columns;
};

/// How far a build is.
struct BuildProgress {
  std::uint64_t source_bytes = 0;
  std::uint64_t rows = 0;
  /// What is being done: "reading", "writing".
  const char* stage = "";
};

/// Builds an index of a source: one pass, 16 bytes of memory for each value and 24 for each row.
/// The same source, options and key give the same bytes, with any number of threads. All problems
/// that can be reported at once are; the file at `path` is replaced in one step or left alone.
Result<BuildReport> build_index(const std::string& source_name, const ReadBytes& source,
                                const std::string& path, const KeyPtr& key,
                                const BuildOptions& options,
                                const std::function<void(const BuildProgress&)>& progress);

}  // namespace outspan::fingerprint
