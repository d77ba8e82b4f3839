#pragma once

#include <compare>
#include <cstdint>

namespace outspan {

/// Where a record stands in the output. Workers finish in any order; sorting by this key gives
/// every run of the same capture the same bytes.
struct OrderKey {
  /// The packet being worked on when the record was made.
  std::uint64_t packet = 0;
  /// FlowInfo::id; 0 for records that belong to no flow.
  std::uint64_t flow = 0;
  /// Counts the records of one pipeline.
  std::uint64_t sequence = 0;

  auto operator<=>(const OrderKey&) const noexcept = default;
};

}  // namespace outspan
