#include <cstdio>
#include <cstdlib>

#include "trial.h"

/// Prints how much of what a thief takes is found, by the sensor's statistic and by others.
int main(int argc, char** argv) {
  const unsigned companies = argc > 1 ? static_cast<unsigned>(std::atoi(argv[1])) : 8;
  constexpr double kAlarmsPerWeek = 2;
  if (companies == 0) {
    std::fprintf(stderr, "usage: outspan-company [COMPANIES]\n");
    return 2;
  }
  std::vector<company::Outcome> all(8);  // five methods, and three ways of ours
  for (unsigned seed = 1; seed <= companies; ++seed) {
    const company::Company one(seed);
    std::vector<company::Outcome> outcomes = company::try_others(one, kAlarmsPerWeek);
    outcomes.push_back(company::try_watch_at_budget(one, kAlarmsPerWeek));
    outcomes.push_back(company::try_watch(one, 2));
    outcomes.push_back(company::try_watch(one, 2, true));
    for (std::size_t i = 0; i < outcomes.size(); ++i) all[i].merge(outcomes[i]);
  }
  std::fputs(company::table(all, companies).c_str(), stdout);
  std::printf(
      "customers gone before the alarm (4,100/h): %.0f (median); of what it is compared with: "
      "%.2f, of its own highest day: %.2f\n",
      company::median_share(all[6].gone, {}), company::median_share(all[6].gone, all[6].yardstick),
      company::median_share(all[6].gone, all[6].own));
}
