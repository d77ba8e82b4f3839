#pragma once

#include <variant>
#include <vector>

#include "content/text.h"
#include "policy/record_tally.h"
#include "policy/tally.h"

namespace outspan::policy {

/// What could not be read, by reason.
class UnreadTally {
 public:
  void add(const ObjectBlindSpot& spot, Masking& masking);
  [[nodiscard]] const std::vector<Unread>& all() const noexcept { return all_; }

 private:
  std::vector<Unread> all_;
};

/// What one incident within an object or a flow has counted, by the kind of its rule.
class Counter {
 public:
  /// `filter`: of a rule about customers; outlives the counter.
  Counter(const config::Rule& rule, const RecordFilter& filter, const config::Config& config);

  /// nullptr: the rule is of another kind.
  [[nodiscard]] Tally* values() noexcept { return std::get_if<Tally>(&kind_); }
  [[nodiscard]] const Tally* values() const noexcept { return std::get_if<Tally>(&kind_); }
  [[nodiscard]] RecordTally* records() noexcept { return std::get_if<RecordTally>(&kind_); }
  [[nodiscard]] const RecordTally* records() const noexcept {
    return std::get_if<RecordTally>(&kind_);
  }
  [[nodiscard]] UnreadTally* unread() noexcept { return std::get_if<UnreadTally>(&kind_); }

  /// What the rule's threshold counts.
  [[nodiscard]] std::uint64_t distinct() const noexcept;
  /// Addresses among what was counted; nullptr: they are not known.
  [[nodiscard]] const AddressSet* addresses() const noexcept;
  /// Fills the incident with what was counted.
  void describe(const SignatureNames& names, const IndexLabels& labels, Incident& incident) const;
  /// Identities of what was counted, as long as they are not more than `max`; the counter no longer
  /// has them afterwards. `left_out`: so many are not given.
  [[nodiscard]] std::vector<ValueSet> take_identities(std::uint64_t max, std::uint64_t& left_out);
  void give_up_exactness();
  [[nodiscard]] std::uint64_t memory_bytes() const noexcept;

 private:
  std::variant<Tally, RecordTally, UnreadTally> kind_;
};

}  // namespace outspan::policy
