#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "fingerprint/find/record_hit.h"
#include "policy/hyperloglog.h"
#include "policy/incident.h"
#include "policy/index_labels.h"
#include "policy/masking.h"
#include "policy/record_filter.h"
#include "policy/row_map.h"
#include "policy/value_set.h"

namespace outspan::policy {

/// What one incident has counted of customers' records. Keeps row numbers and masked samples, no
/// value.
///
/// Columns of a row that are certain are put together wherever they stand in the tally's scope. A
/// value that could be chance counts for rules that take single values, and only once there are far
/// more of them than chance would give.
class RecordTally {
 public:
  struct Limits {
    std::uint64_t exact_max;
    std::uint64_t rows_max;
    std::uint32_t samples_max;
    bool pseudonyms;
  };
  RecordTally(const RecordFilter& filter, Limits limits) : filter_(&filter), limits_(limits) {}

  /// `columns`: what of the hit counts for the rule. True: one more record counts.
  bool add(const fingerprint::RecordHit& hit, fingerprint::ColumnMask columns,
           const IndexLabels& labels, Masking& masking);
  /// So many values were looked up, hit or not. True: weak hits are no chance any more.
  bool add_tried(std::span<const fingerprint::Tried> tried, const IndexLabels& labels);

  /// Records that count.
  [[nodiscard]] std::uint64_t distinct() const noexcept;
  [[nodiscard]] bool contains(std::uint16_t index, fingerprint::RowNumber row) const noexcept;
  [[nodiscard]] std::vector<Records> records(const IndexLabels& labels) const;
  /// By column, as if each were a signature.
  [[nodiscard]] std::vector<Matches> matches(const IndexLabels& labels) const;

  /// Rows that count, as identities (see record_identity).
  [[nodiscard]] ValueSet take_identities() const;
  [[nodiscard]] std::uint64_t size() const noexcept;
  void give_up_exactness();
  [[nodiscard]] std::uint64_t memory_bytes() const noexcept;

 private:
  struct PerColumn {
    std::uint64_t count = 0;  ///< values, with repeats
    std::uint64_t rows = 0;   ///< records that count and have it
    std::uint64_t weak_rows = 0;
    std::uint64_t tried = 0;
    std::uint8_t samples_tried = 0;
    std::unique_ptr<HyperLogLog> sketch;  ///< once the rows are forgotten
    std::vector<Masked> samples;
  };
  struct PerIndex {
    explicit PerIndex(std::uint16_t its_index) noexcept : index(its_index) {}
    std::uint16_t index;
    RowMap rows;
    std::uint64_t counted = 0, weak = 0, canaries = 0;
    std::unique_ptr<HyperLogLog> sketch;  ///< set: the rows are forgotten
    std::array<PerColumn, fingerprint::kColumnsMax> columns;
  };
  PerIndex& of(std::uint16_t index);
  static HyperLogLog& sketch_of(PerColumn& column);
  void count_cells(PerIndex& mine, const fingerprint::RecordHit& hit,
                   fingerprint::ColumnMask columns, const IndexLabels& labels, Masking& masking);
  bool count_row(PerIndex& mine, const fingerprint::RecordHit& hit,
                 fingerprint::ColumnMask columns);
  bool count_weak_row(PerIndex& mine, RowMap::Entry& row, fingerprint::ColumnMask columns);
  bool estimate_row(PerIndex& mine, const fingerprint::RecordHit& hit,
                    fingerprint::ColumnMask columns);
  void estimate_from_now_on(PerIndex& mine);
  /// Weak rows count as well, if they are believed.
  [[nodiscard]] bool row_counts(const RowMap::Entry& row) const noexcept {
    return row.counted != 0 || (row.weak != 0 && believes_weak_);
  }
  [[nodiscard]] std::uint64_t rows_of(const PerColumn& column) const noexcept;
  [[nodiscard]] Records describe(const PerIndex& mine, const IndexLabel& label) const;
  void list_rows(const PerIndex& mine, const IndexLabel& label, Records& records) const;

  const RecordFilter* filter_;
  Limits limits_;
  bool believes_weak_ = false;
  std::vector<std::unique_ptr<PerIndex>> indexes_;  // a handful
};

/// Of a row, among identities of values.
constexpr std::uint64_t record_identity(std::uint16_t index, fingerprint::RowNumber row) noexcept {
  return mix64(std::uint64_t{index} << 32 | row) | 1;
}

}  // namespace outspan::policy
