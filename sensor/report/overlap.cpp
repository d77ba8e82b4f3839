#include "report/overlap.h"

#include <algorithm>

#include "report/event_json.h"

namespace outspan::report {

void Overlap::add(const std::string& key, const std::string& rule, std::uint64_t amount) {
  Sum& sum = by_rule_[key][rule];
  sum.amount = add_capped(sum.amount, amount);
  ++sum.incidents;
}

Ranking Overlap::ranking() const {
  Ranking ranking(by_rule_.size());
  for (const auto& [key, rules] : by_rule_) {
    std::uint64_t most = 0, incidents = 0;
    for (const auto& [rule, sum] : rules) {
      most = std::max(most, sum.amount);
      incidents += sum.incidents;
    }
    ranking.add(key, most, incidents);
  }
  return ranking;
}

}  // namespace outspan::report
