#include "policy/record_filter.h"

#include <algorithm>

namespace outspan::policy {
namespace {

fingerprint::ColumnMask mask_of(const IndexLabel& label, const std::vector<std::string>& names) {
  fingerprint::ColumnMask mask = 0;
  for (std::size_t i = 0; i < label.columns.size(); ++i)
    if (std::find(names.begin(), names.end(), label.columns[i].name) != names.end())
      mask = static_cast<fingerprint::ColumnMask>(mask | 1u << i);
  return mask;
}

}  // namespace

RecordFilter::RecordFilter(const config::Rule& rule, const IndexLabels& labels)
    : wanted_(labels.size()), values_(rule.except.values) {
  const config::Rule::Records* asked = rule.when.records();
  if (asked == nullptr) return;
  canary_ = asked->canary;
  weak_ = asked->weak;
  const auto& names = asked->fingerprints;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (std::find(names.begin(), names.end(), labels[i].name) == names.end()) continue;
    Wanted& wanted = wanted_[i];
    wanted.all = mask_of(labels[i], asked->all);
    const auto every = static_cast<fingerprint::ColumnMask>((1u << labels[i].columns.size()) - 1);
    wanted.columns = asked->columns.empty() ? every : mask_of(labels[i], asked->columns);
    wanted.columns = static_cast<fingerprint::ColumnMask>(wanted.columns | wanted.all);
    // Of an index with fewer columns than asked for, all of them are enough.
    wanted.any = std::min(static_cast<int>(asked->any), std::popcount(wanted.columns));
  }
}

fingerprint::ColumnMask RecordFilter::counting(const fingerprint::RecordHit& hit) const {
  if (!looks_for(hit)) return 0;
  auto columns = static_cast<fingerprint::ColumnMask>(hit.columns & wanted_[hit.index].columns);
  if (values_.empty()) return columns;
  // Values that may leave are as if they were not there.
  fingerprint::ColumnMask excepted = 0, others = 0;
  for (const fingerprint::CellHit& cell : hit.cells) {
    auto& mask = values_.matches(cell.value) ? excepted : others;
    mask = static_cast<fingerprint::ColumnMask>(mask | 1u << cell.column);
  }
  return static_cast<fingerprint::ColumnMask>(columns & ~(excepted & ~others));
}

}  // namespace outspan::policy
