#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
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
/// Columns of a row are put together wherever they stand in the tally's scope.
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

  /// Records that count.
  [[nodiscard]] std::uint64_t distinct() const noexcept;
  /// The same, but of a name that several customers have one is counted: what a rule's threshold is
  /// about.
  [[nodiscard]] std::uint64_t different() const noexcept;
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
    std::uint8_t samples_tried = 0;
    std::unique_ptr<HyperLogLog> sketch;  ///< once the rows are forgotten
    std::vector<Masked> samples;
  };
  struct PerIndex {
    explicit PerIndex(std::uint16_t its_index) noexcept : index(its_index) {}
    std::uint16_t index;
    RowMap rows;
    std::uint64_t counted = 0, canaries = 0;
    /// Of those that count: how many chance explains, if any are there by numbers.
    std::optional<double> by_chance;
    double namesakes = 0;                 ///< of those that count: who is not meant, or by chance
    std::unique_ptr<HyperLogLog> sketch;  ///< set: the rows are forgotten
    std::array<PerColumn, fingerprint::kColumnsMax> columns;
  };
  PerIndex& of(std::uint16_t index);
  static HyperLogLog& sketch_of(PerColumn& column);
  void count_cells(PerIndex& mine, const fingerprint::RecordHit& hit,
                   fingerprint::ColumnMask columns, const IndexLabels& labels, Masking& masking);
  bool count_row(PerIndex& mine, const fingerprint::RecordHit& hit,
                 fingerprint::ColumnMask columns);
  bool estimate_row(PerIndex& mine, const fingerprint::RecordHit& hit,
                    fingerprint::ColumnMask columns);
  void estimate_from_now_on(PerIndex& mine);
  static void add_chance(PerIndex& mine, const fingerprint::RecordHit& hit);
  [[nodiscard]] static std::uint64_t rows_of(const PerColumn& column) noexcept;
  [[nodiscard]] Records describe(const PerIndex& mine, const IndexLabel& label) const;
  void list_rows(const PerIndex& mine, const IndexLabel& label, Records& records) const;

  const RecordFilter* filter_;
  Limits limits_;
  std::vector<std::unique_ptr<PerIndex>> indexes_;  // a handful
};

/// Of a row, among identities of values.
constexpr std::uint64_t record_identity(std::uint16_t index, fingerprint::RowNumber row) noexcept {
  return mix64(std::uint64_t{index} << 32 | row) | 1;
}

}  // namespace outspan::policy
