#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <vector>

#include "config/config.h"
#include "fingerprint/find/record_hit.h"
#include "policy/glob.h"
#include "policy/index_labels.h"

namespace outspan::policy {

/// What a rule asks of customers' records, resolved against the indexes.
/// `rule` is borrowed and outlives the filter.
class RecordFilter {
 public:
  RecordFilter(const config::Rule& rule, const IndexLabels& labels);

  /// The rule counts records of some index.
  [[nodiscard]] bool looks_for(const fingerprint::RecordHit& hit) const noexcept {
    return hit.index < wanted_.size() && wanted_[hit.index].columns != 0 &&
           (hit.canary || !canary_);
  }
  /// The columns of a hit that count; 0: nothing of it does.
  [[nodiscard]] fingerprint::ColumnMask counting(const fingerprint::RecordHit& hit) const;
  /// The same of a hit that is enough by itself.
  [[nodiscard]] fingerprint::ColumnMask enough(const fingerprint::RecordHit& hit) const {
    const fingerprint::ColumnMask columns = counting(hit);
    return columns != 0 && satisfied(hit.index, columns) ? columns : fingerprint::ColumnMask{0};
  }
  /// The columns of a record that were found are enough.
  [[nodiscard]] bool satisfied(std::uint16_t index,
                               fingerprint::ColumnMask columns) const noexcept {
    const Wanted& wanted = wanted_[index];
    return std::popcount(columns) >= wanted.any && (columns & wanted.all) == wanted.all;
  }
  /// It is sure, or values that could be chance are taken at their word. Names alone never are.
  [[nodiscard]] bool believes(const fingerprint::RecordHit& hit) const noexcept {
    return !hit.weak || (weak_ && hit.name_chance == 0);
  }

 private:
  struct Wanted {
    fingerprint::ColumnMask columns = 0;  ///< 0: another index
    fingerprint::ColumnMask all = 0;
    int any = 1;
  };
  std::vector<Wanted> wanted_;  // by index
  bool canary_ = false, weak_ = false;
  GlobSet values_;
};

}  // namespace outspan::policy
