#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "detect/hit.h"
#include "policy/address_set.h"
#include "policy/distinct_counter.h"
#include "policy/incident.h"
#include "policy/masking.h"

namespace outspan::policy {

/// What one incident has counted so far. Keeps identities and masked samples, no value.
class Tally {
 public:
  Tally(std::uint64_t exact_max, std::uint32_t samples_max) noexcept
      : exact_max_(exact_max), samples_max_(samples_max) {}

  /// The value will be added soon.
  void prefetch(const detect::Hit& hit) const noexcept;
  /// True: the value is new to the tally. `participants`: somebody is named who could be among the
  /// values; without, addresses are not remembered, and a participant who is named later is
  /// suspected.
  bool add(const detect::Hit& hit, bool participants, Masking& masking);
  /// Different values over all signatures; the same text found by two of them counts twice.
  [[nodiscard]] std::uint64_t distinct() const noexcept;
  /// As sort_matches has them.
  [[nodiscard]] std::vector<Matches> matches(const SignatureNames& names) const;
  [[nodiscard]] const AddressSet& addresses() const noexcept { return addresses_; }

  [[nodiscard]] bool contains(detect::SignatureIndex signature,
                              std::uint64_t value_id) const noexcept;
  /// The exact sets, which the tally no longer has afterwards.
  [[nodiscard]] std::vector<ValueSet> take_values();

  /// Signatures have other numbers; what was counted of those that are gone goes.
  void renumber(const std::vector<std::optional<detect::SignatureIndex>>& numbers);
  void give_up_exactness();
  [[nodiscard]] std::uint64_t memory_bytes() const noexcept;

 private:
  struct Entry {
    detect::SignatureIndex signature;
    std::uint8_t samples_tried = 0;
    std::uint64_t count = 0;
    DistinctCounter distinct;
    std::vector<Masked> samples;
  };
  Entry& entry(detect::SignatureIndex signature);
  void keep_sample(Entry& entry, std::string_view value, Masking& masking);

  std::uint64_t exact_max_;
  std::uint32_t samples_max_;
  std::vector<Entry> entries_;  // in order of appearance: a handful
  AddressSet addresses_;        // those among the values
};

/// Most values first, then by id.
void sort_matches(std::vector<Matches>& matches);

}  // namespace outspan::policy
