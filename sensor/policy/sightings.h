#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "content/text.h"
#include "policy/evidence.h"
#include "policy/incident.h"
#include "policy/index_labels.h"
#include "policy/masking.h"
#include "policy/row_map.h"

namespace outspan::policy {

/// Tells each customer's record once an object, at the first sight of it: who looks for people in
/// stored captures wants to know when, from where and to whom the data of each of them left.
///
/// Memory: 8 bytes a row of the objects that are under way; at a bound what was seen is forgotten,
/// and a row may be reported twice (`policy.sightings_forgotten`).
class Sightings {
 public:
  Sightings(std::uint64_t rows_max, bool pseudonyms, Masking& masking, RecordSink& sink)
      : rows_max_(rows_max), pseudonyms_(pseudonyms), masking_(masking), sink_(sink) {}

  void add(const content::Object& object, const content::Node& node,
           std::span<const JudgedHit> records, const IndexLabels& labels);
  void end_of(const content::Object& object) noexcept { objects_.erase(&object); }
  /// Row numbers mean something else from now on.
  void forget() noexcept { objects_.clear(); }
  [[nodiscard]] std::uint64_t forgotten() const noexcept { return forgotten_; }

 private:
  using SeenRows = std::vector<RowMap>;  // by index

  std::uint64_t rows_max_;
  bool pseudonyms_;
  Masking& masking_;
  RecordSink& sink_;
  std::unordered_map<const content::Object*, SeenRows> objects_;
  std::uint64_t forgotten_ = 0;
};

}  // namespace outspan::policy
