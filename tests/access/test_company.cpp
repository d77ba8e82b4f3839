#include <gtest/gtest.h>

#include <cstdio>

#include "trial.h"

namespace company {
namespace {

/// All of them together: false alarms of a method are counted over these.
constexpr unsigned kCompanies = 1;

TEST(Company, WhoTakesMoreThanItsJobNeedsIsFound) {
  Outcome watch, at_budget;
  std::vector<Outcome> others(5);
  for (unsigned seed = 1; seed <= kCompanies; ++seed) {
    const Company one(seed);
    watch.merge(try_watch(one, 2));
    at_budget.merge(try_watch_at_budget(one, 2));
    const auto outcomes = try_others(one, 2);
    for (std::size_t i = 0; i < outcomes.size(); ++i) others[i].merge(outcomes[i]);
  }
  std::vector<Outcome> all = others;
  all.push_back(at_budget);
  all.push_back(watch);
  std::fputs(table(all, kCompanies).c_str(), stdout);

  EXPECT_LE((watch.false_alarms_a_week - watch.bulk_alarms_a_week) / kCompanies / Company::kStaff,
            0.005);
  EXPECT_GE(watch.share(Attack::bulk), 0.98);
  EXPECT_GE(watch.share(Attack::portions), 0.98);
  EXPECT_GE(watch.share(Attack::four_hundred), 0.98);
  EXPECT_GE(watch.sales_in_three_days,
            0.9 * watch.attacks[static_cast<std::size_t>(Attack::sales)]);
  EXPECT_GE(watch.share(Attack::engineer), 0.85);
  for (const Outcome& other : others)
    for (std::size_t kind = 1; kind < kAttacks; ++kind)
      EXPECT_GE(at_budget.found[kind], other.found[kind]) << other.method << " " << kind;
  EXPECT_LE(median_share(watch.gone, watch.yardstick), 2) << "customers gone before the alarm";
}

}  // namespace
}  // namespace company
