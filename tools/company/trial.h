#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "company.h"

namespace company {

/// What a method made of a company, or of several.
struct Outcome {
  std::string method;
  double false_alarms_a_week = 0;  ///< of Company::kStaff workstations, in the last six weeks
  double bulk_alarms_a_week = 0;   ///< of these, pulls of many for a good reason
  std::array<unsigned, kAttacks> attacks{}, found{};
  unsigned sales_in_three_days = 0;
  /// By attack `bulk`: customers that were gone before the alarm; its own highest day plus 10, and
  /// what it is compared with plus 10.
  std::vector<double> gone, own, yardstick;

  void merge(const Outcome& other);
  [[nodiscard]] double share(Attack attack) const noexcept;
};

/// The statistic of sensor/access with a fixed ratio. `identity_moves`: a puller is an address, and
/// 5 % of the addresses move to another worker a week.
Outcome try_watch(const Company& company, double ratio, bool identity_moves = false);
/// With the ratio that the sensor chooses before the attacks begin.
Outcome try_watch_at_budget(const Company& company, double alarms_per_week);

/// A score for each day of a worker, with a threshold that gives `alarms_per_week` in the weeks
/// from the sixth to the tenth.
std::vector<Outcome> try_others(const Company& company, double alarms_per_week);

/// The median of values, as shares of those in `of` unless that is empty.
double median_share(const std::vector<double>& values, const std::vector<double>& of);

/// One line a method.
std::string table(const std::vector<Outcome>& outcomes, unsigned companies);

}  // namespace company
