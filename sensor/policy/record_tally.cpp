#include "policy/record_tally.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace outspan::policy {
namespace {

using fingerprint::ColumnMask;
using fingerprint::RecordHit;

template <class Use>
void each_column(ColumnMask columns, Use use) {
  for (; columns != 0; columns = static_cast<ColumnMask>(columns & (columns - 1)))
    use(static_cast<std::size_t>(std::countr_zero(columns)));
}

}  // namespace

HyperLogLog& RecordTally::sketch_of(PerColumn& column) {
  if (!column.sketch) column.sketch = std::make_unique<HyperLogLog>();
  return *column.sketch;
}

RecordTally::PerIndex& RecordTally::of(std::uint16_t index) {
  for (const auto& mine : indexes_)
    if (mine->index == index) return *mine;
  return *indexes_.emplace_back(std::make_unique<PerIndex>(index));
}

bool RecordTally::add(const RecordHit& hit, ColumnMask columns, const IndexLabels& labels,
                      Masking& masking) {
  PerIndex& mine = of(hit.index);
  count_cells(mine, hit, columns, labels, masking);
  if (mine.sketch) return estimate_row(mine, hit, columns);
  const bool more = count_row(mine, hit, columns);
  if (mine.rows.size() > limits_.exact_max) estimate_from_now_on(mine);
  return more;
}

void RecordTally::count_cells(PerIndex& mine, const RecordHit& hit, ColumnMask columns,
                              const IndexLabels& labels, Masking& masking) {
  // What was seen earlier comes without its values.
  if (hit.cells.empty())
    each_column(columns, [&](std::size_t column) {
      if (fingerprint::is_seed(labels[hit.index].columns[column].type))
        ++mine.columns[column].count;
    });
  for (const fingerprint::CellHit& cell : hit.cells) {
    if (!cell.counted || (columns >> cell.column & 1) == 0) continue;
    PerColumn& column = mine.columns[cell.column];
    ++column.count;
    if (column.samples.size() >= limits_.samples_max || column.samples_tried >= kSamplesTriedMax)
      continue;
    ++column.samples_tried;
    Masked sample = masking.cell(labels[hit.index].columns[cell.column].type, cell.value);
    if (std::find(column.samples.begin(), column.samples.end(), sample) == column.samples.end())
      column.samples.push_back(std::move(sample));
  }
}

bool RecordTally::count_row(PerIndex& mine, const RecordHit& hit, ColumnMask columns) {
  RowMap::Entry& row = mine.rows[hit.row];
  const auto before = row.columns;
  row.columns = static_cast<ColumnMask>(row.columns | columns);
  if (row.counted != 0) {
    each_column(static_cast<ColumnMask>(row.columns & ~before),
                [&mine](std::size_t column) { ++mine.columns[column].rows; });
    return false;
  }
  if (!filter_->satisfied(hit.index, row.columns)) return false;
  row.counted = 1;
  ++mine.counted;
  mine.canaries += hit.canary ? 1u : 0u;
  add_chance(mine, hit);
  each_column(row.columns, [&mine](std::size_t column) { ++mine.columns[column].rows; });
  return true;
}

void RecordTally::add_chance(PerIndex& mine, const RecordHit& hit) {
  if (hit.by_chance > 0) mine.by_chance = mine.by_chance.value_or(0) + hit.by_chance;
}

bool RecordTally::estimate_row(PerIndex& mine, const RecordHit& hit, ColumnMask columns) {
  if (!filter_->satisfied(hit.index, columns)) return false;
  const std::uint64_t id = record_identity(hit.index, hit.row);
  each_column(columns, [&](std::size_t column) { sketch_of(mine.columns[column]).add(id); });
  if (!mine.sketch->add(id)) return false;
  add_chance(mine, hit);
  return true;
}

std::uint64_t RecordTally::distinct() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& mine : indexes_) sum += mine->sketch ? mine->sketch->estimate() : mine->counted;
  return sum;
}

bool RecordTally::contains(std::uint16_t index, fingerprint::RowNumber row) const noexcept {
  for (const auto& mine : indexes_) {
    if (mine->index != index) continue;
    const RowMap::Entry* entry = mine->rows.find(row);
    return entry != nullptr && entry->counted != 0;
  }
  return false;
}

void RecordTally::estimate_from_now_on(PerIndex& mine) {
  mine.sketch = std::make_unique<HyperLogLog>();
  mine.rows.for_each([&](const RowMap::Entry& row) {
    if (row.counted == 0) return;
    const std::uint64_t id = record_identity(mine.index, row.row_plus_1 - 1);
    mine.sketch->add(id);
    each_column(row.columns, [&](std::size_t column) { sketch_of(mine.columns[column]).add(id); });
  });
  mine.rows.clear();
}

void RecordTally::give_up_exactness() {
  for (const auto& mine : indexes_)
    if (!mine->sketch) estimate_from_now_on(*mine);
}

Records RecordTally::describe(const PerIndex& mine, const IndexLabel& label) const {
  Records records;
  records.index = label.name;
  records.built_at = label.built_at;
  records.key_id = label.key_id;
  records.by_pseudonym = limits_.pseudonyms;
  records.estimated = mine.sketch != nullptr;
  records.distinct = mine.sketch ? mine.sketch->estimate() : mine.counted;
  if (mine.by_chance) records.by_chance = static_cast<std::uint64_t>(std::llround(*mine.by_chance));
  records.canaries = mine.canaries;
  for (std::size_t i = 0; i < label.columns.size(); ++i)
    if (const std::uint64_t rows = rows_of(mine.columns[i]); rows != 0)
      records.columns.emplace_back(label.columns[i].name, rows);
  list_rows(mine, label, records);
  return records;
}

std::uint64_t RecordTally::rows_of(const PerColumn& column) noexcept {
  return column.sketch ? column.sketch->estimate() : column.rows;
}

void RecordTally::list_rows(const PerIndex& mine, const IndexLabel& label, Records& records) const {
  mine.rows.for_each([&](const RowMap::Entry& row) {
    if (row.counted != 0) records.rows.push_back(std::uint64_t{row.row_plus_1});
  });
  records.rows_truncated = mine.sketch != nullptr || records.rows.size() > limits_.rows_max;
  if (records.rows.size() > limits_.rows_max) {
    const auto last = records.rows.begin() + static_cast<std::ptrdiff_t>(limits_.rows_max);
    std::nth_element(records.rows.begin(), last, records.rows.end());
    records.rows.erase(last, records.rows.end());
  }
  std::sort(records.rows.begin(), records.rows.end());
  if (!limits_.pseudonyms) return;
  for (const std::uint64_t row : records.rows)
    records.pseudonyms.push_back(label.record_id(static_cast<fingerprint::RowNumber>(row - 1)));
  records.rows.clear();
  std::sort(records.pseudonyms.begin(), records.pseudonyms.end());
}

std::vector<Records> RecordTally::records(const IndexLabels& labels) const {
  std::vector<Records> all;
  for (const auto& mine : indexes_) {
    Records one = describe(*mine, labels[mine->index]);
    if (one.distinct != 0) all.push_back(std::move(one));
  }
  return all;
}

std::vector<Matches> RecordTally::matches(const IndexLabels& labels) const {
  std::vector<Matches> matches;
  for (const auto& mine : indexes_) {
    const IndexLabel& label = labels[mine->index];
    for (std::size_t i = 0; i < label.columns.size(); ++i) {
      const PerColumn& column = mine->columns[i];
      if (column.count == 0) continue;
      matches.push_back({label.columns[i].name, column.count, rows_of(column),
                         mine->sketch != nullptr, column.samples});
    }
  }
  return matches;
}

std::uint64_t RecordTally::size() const noexcept {
  std::uint64_t size = 0;
  for (const auto& mine : indexes_) size += mine->rows.size();
  return size;
}

ValueSet RecordTally::take_identities() const {
  ValueSet identities;
  for (const auto& mine : indexes_)
    mine->rows.for_each([&](const RowMap::Entry& row) {
      if (row.counted != 0) identities.insert(record_identity(mine->index, row.row_plus_1 - 1));
    });
  return identities;
}

std::uint64_t RecordTally::memory_bytes() const noexcept {
  std::uint64_t bytes = 0;
  for (const auto& mine : indexes_)
    bytes +=
        sizeof(PerIndex) + mine->rows.memory_bytes() + (mine->sketch ? sizeof(HyperLogLog) * 5 : 0);
  return bytes;
}

}  // namespace outspan::policy
