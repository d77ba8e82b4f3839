#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

#include "fingerprint/build/cell_reader.h"
#include "fingerprint/index/column.h"

namespace outspan::fingerprint {

/// Computes Column::density and Column::own_density of a phone or a ticket column, 0 for others.
/// `formats`: of tickets, those that were chosen.
void set_densities(Column& column, const ColumnFindings& found,
                   const std::vector<FormatCounts::Chosen>& formats);

/// How likely two of `values`, drawn independently, are the same. Sorts them.
template <class T>
double repeat_chance(std::vector<T>& values) {
  if (values.size() < 2) return 0;
  std::sort(values.begin(), values.end());
  double pairs = 0;
  for (auto first = values.begin(); first != values.end();) {
    const auto last = std::upper_bound(first, values.end(), *first);
    const auto count = static_cast<double>(last - first);
    pairs += count * (count - 1);
    first = last;
  }
  const auto all = static_cast<double>(values.size());
  return pairs / all / (all - 1);
}

}  // namespace outspan::fingerprint
