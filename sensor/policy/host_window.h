#pragma once

#include <cstdint>
#include <vector>

#include "policy/distinct_counter.h"
#include "policy/incident.h"
#include "policy/masking.h"
#include "policy/sliding_distinct.h"
#include "policy/sliding_records.h"

namespace outspan::policy {

/// What a rule has counted for one host over its window. For HostWindows and its store.
struct HostWindow {
  struct PerSignature {
    std::uint16_t signature = 0;
    std::uint64_t count = 0;
    std::uint64_t most = 0;
    bool estimated = false;
    SlidingDistinct distinct;
    std::vector<Masked> samples;
  };

  HostWindow(std::uint64_t values_exact_max, std::uint64_t records_exact_max)
      : flows(values_exact_max), records(records_exact_max) {}

  std::vector<PerSignature> signatures;
  DistinctCounter flows;
  std::uint64_t flows_before = 0;  ///< a restart
  SlidingRecords records;
  /// As they were when most of them stood in the window: for the last event.
  std::uint64_t most_records = 0;
  std::vector<Records> most_described;
  /// What the rows of `records` mean.
  IndexLabelsPtr labels;

  std::uint64_t slice = 0;
  Timestamp end{};
  std::uint64_t next_report = 0;
  bool reported = false;
  Incident incident;  ///< the latest hits' context
  std::uint64_t charged_bytes = 0;
  bool dirty = false;  ///< changed since it was stored

  PerSignature& of(std::uint16_t signature, std::uint64_t exact_max);
  void expire_before(std::uint64_t first_slice);
  /// Identities of different signatures differ.
  [[nodiscard]] std::uint64_t distinct() const noexcept;
  [[nodiscard]] Incident in_state(IncidentState state, const SignatureNames& names,
                                  std::uint64_t rows_max, bool pseudonyms) const;
  [[nodiscard]] std::vector<Records> described(std::uint64_t rows_max, bool pseudonyms) const;
  [[nodiscard]] std::uint64_t memory_bytes() const noexcept;
};

}  // namespace outspan::policy
