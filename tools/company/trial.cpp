#include "trial.h"

#include <algorithm>
#include <cstdio>

namespace company {

void Outcome::merge(const Outcome& other) {
  method = other.method;
  false_alarms_a_week += other.false_alarms_a_week;
  bulk_alarms_a_week += other.bulk_alarms_a_week;
  for (std::size_t i = 0; i < kAttacks; ++i) {
    attacks[i] += other.attacks[i];
    found[i] += other.found[i];
  }
  sales_in_three_days += other.sales_in_three_days;
  gone.insert(gone.end(), other.gone.begin(), other.gone.end());
  own.insert(own.end(), other.own.begin(), other.own.end());
  yardstick.insert(yardstick.end(), other.yardstick.begin(), other.yardstick.end());
}

double Outcome::share(Attack attack) const noexcept {
  const auto kind = static_cast<std::size_t>(attack);
  return attacks[kind] == 0 ? 0 : static_cast<double>(found[kind]) / attacks[kind];
}

double median_share(const std::vector<double>& values, const std::vector<double>& of) {
  std::vector<double> shares;
  for (std::size_t i = 0; i < values.size(); ++i)
    shares.push_back(of.empty() ? values[i] : values[i] / of[i]);
  if (shares.empty()) return 0;
  std::sort(shares.begin(), shares.end());
  return shares[shares.size() / 2];
}

std::string table(const std::vector<Outcome>& outcomes, unsigned companies) {
  char line[256];
  std::snprintf(line, sizeof line, "| %-40s | %11s |", "score", "FA/week");
  std::string out = line;
  for (std::size_t i = 1; i < kAttacks; ++i) {
    std::snprintf(line, sizeof line, " %7s |", kAttackNames[i]);
    out += line;
  }
  out += "\n| --- | --- | --- | --- | --- | --- | --- | --- |\n";
  for (const Outcome& outcome : outcomes) {
    std::snprintf(line, sizeof line, "| %-40s | %4.2f (%4.2f) |", outcome.method.c_str(),
                  outcome.false_alarms_a_week / companies, outcome.bulk_alarms_a_week / companies);
    out += line;
    for (std::size_t i = 1; i < kAttacks; ++i) {
      std::snprintf(line, sizeof line, " %7.0f |", 100 * outcome.share(static_cast<Attack>(i)));
      out += line;
    }
    out += "\n";
  }
  return out;
}

}  // namespace company
