#include "company.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace company {
namespace {

constexpr unsigned kFirstHour = 8, kHours = 10, kStep = 2;
constexpr std::array<double, kJobs> kCustomersADay{45, 20, 12, 80, 0.4, 3};
constexpr std::array<unsigned, kJobs> kPeople{150, 60, 100, 40, 40, 10};
/// That somebody with this job pulls many for a good reason, on a day: mailings, clean-ups,
/// debugging, reports.
constexpr std::array<double, kJobs> kBulkChance{0.0002, 0.0004, 0.0015, 0.001, 0.0015, 0.08};

constexpr std::array<unsigned, kAttacks> kAttackDays{0, 1, 20, 5, 10, 1, 20};
constexpr std::array<std::uint32_t, kAttacks> kAttackCustomers{0, 4100, 3400, 400, 120, 60, 45};
constexpr std::array<Job, kAttacks> kAttackJobs{
    Job::first_level, Job::first_level, Job::first_level, Job::first_level,
    Job::sales,       Job::engineer,    Job::first_level};

bool is_weekend(unsigned day) { return day % 7 >= 5; }

bool is_month_end(unsigned day) {
  const std::chrono::sys_days date{std::chrono::days(kFirstDay + day)};
  const unsigned of_month = static_cast<unsigned>(std::chrono::year_month_day(date).day());
  return of_month >= 29 || of_month <= 1;
}

}  // namespace

Company::Company(std::uint64_t seed) : random_(seed) {
  special_days_ = {23, 86, 17, 53, 94};
  hire();
  add_attackers();
  totals_.resize(workers_.size());
  last_bulk_.assign(workers_.size(), kDays);
  bulk_lately_.resize(workers_.size());
  for (unsigned day = 0; day < kDays; ++day) live_through(day);
  std::stable_sort(opens_.begin(), opens_.end(), [](const Open& a, const Open& b) {
    return std::tuple(a.day, a.hour, a.minute) < std::tuple(b.day, b.hour, b.minute);
  });
}

bool Company::is_working_day(unsigned day) const noexcept {
  return !is_weekend(day) && day != special_days_[0] && day != special_days_[1];
}

void Company::hire() {
  for (std::size_t job = 0; job < kJobs; ++job) hire(static_cast<Job>(job), kPeople[job]);
}

void Company::hire(Job job, unsigned count) {
  std::lognormal_distribution<double> difference(0, 0.35);
  for (unsigned i = 0; i < count; ++i) {
    Worker worker;
    worker.job = job;
    worker.customers_a_day = kCustomersADay[static_cast<std::size_t>(job)] * difference(random_);
    if (chance() < 0.04) worker.first_day = 7 + static_cast<unsigned>(chance() * 90);
    if (chance() < 0.35) {
      worker.away_from = static_cast<unsigned>(chance() * kDays);
      worker.away_until = worker.away_from + 7 + static_cast<unsigned>(chance() * 14);
    }
    if (chance() < 0.03) {
      worker.moves_on = 14 + static_cast<unsigned>(chance() * (kDays - 14));
      worker.next_job = static_cast<Job>(random_() % 4);
    }
    workers_.push_back(worker);
  }
}

void Company::add_attackers() {
  for (std::size_t kind = 1; kind < kAttacks; ++kind) {
    const std::size_t first = workers_.size();
    hire(kAttackJobs[kind], kAttackersOfAKind);
    for (std::size_t i = first; i < workers_.size(); ++i) {
      Worker& worker = workers_[i];
      worker.attack = static_cast<Attack>(kind);
      worker.first_day = worker.away_from = worker.away_until = 0;
      worker.moves_on = kDays;
      const unsigned last = kDays - kAttackDays[kind] * 7 / 5 - 3;
      do {
        worker.attack_day =
            kTestDay + static_cast<unsigned>(chance() * std::max(1u, last - kTestDay));
      } while (!is_working_day(worker.attack_day));
    }
  }
}

bool Company::is_attack_day(const Worker& worker, unsigned day) const {
  if (worker.attack == Attack::none || day < worker.attack_day || !is_working_day(day))
    return false;
  unsigned before = 0;
  for (unsigned earlier = worker.attack_day; earlier < day; ++earlier)
    before += is_working_day(earlier) ? 1 : 0;
  return before < kAttackDays[static_cast<std::size_t>(worker.attack)];
}

std::uint32_t Company::taken(const Worker& worker, unsigned day) const {
  return is_attack_day(worker, day) ? kAttackCustomers[static_cast<std::size_t>(worker.attack)] : 0;
}

/// Negative-binomial: days differ more than by chance.
std::uint32_t Company::usual(const Worker& worker, unsigned day) {
  constexpr double kShape = 6;
  const Job job = day >= worker.moves_on ? worker.next_job : worker.job;
  double mean = worker.customers_a_day;
  if (job != worker.job)
    mean *= kCustomersADay[static_cast<std::size_t>(job)] /
            kCustomersADay[static_cast<std::size_t>(worker.job)];
  const bool support = job == Job::first_level || job == Job::second_level;
  if (support &&
      std::find(special_days_.begin() + 2, special_days_.end(), day) != special_days_.end())
    mean *= 2.5;
  if (job == Job::billing && is_month_end(day)) mean *= 2;
  const double rate = std::gamma_distribution<double>(kShape, mean / kShape)(random_);
  return static_cast<std::uint32_t>(std::poisson_distribution<int>(rate)(random_));
}

/// Pareto: most are small, some are everything.
std::uint32_t Company::bulk(const Worker& worker) {
  if (chance() >= kBulkChance[static_cast<std::size_t>(worker.job)]) return 0;
  const bool report = worker.job == Job::analyst;
  const double size = (report ? 300 : 80) * std::pow(1 - chance(), report ? -1.25 : -0.8);
  return static_cast<std::uint32_t>(std::min(size, report ? 200'000.0 : 50'000.0));
}

void Company::live_through(unsigned day) {
  if (!is_working_day(day)) return;
  for (unsigned i = 0; i < workers_.size(); ++i) {
    const Worker& worker = workers_[i];
    if (day < worker.first_day || (day >= worker.away_from && day < worker.away_until)) continue;
    const std::uint32_t work = usual(worker, day);
    const std::uint32_t good_reason = worker.attack == Attack::none ? bulk(worker) : 0;
    if (good_reason != 0) last_bulk_[i] = day;
    bulk_lately_[i][day] = last_bulk_[i] != kDays && day - last_bulk_[i] < 7;
    const std::uint32_t attack = taken(worker, day);
    spread(i, day, work, false);
    at_once(i, day, good_reason, false);
    if (worker.attack == Attack::stealthy || worker.attack == Attack::sales ||
        worker.attack == Attack::four_hundred)
      spread(i, day, attack, true);
    else
      at_once(i, day, attack, true);
    totals_[i][day] = work + good_reason + attack;
  }
}

void Company::spread(unsigned worker, unsigned day, std::uint32_t customers, bool attack) {
  for (unsigned hour = 0; hour < kHours; hour += kStep) {
    const std::uint32_t now = customers * kStep / (kHours - hour);
    customers -= now;
    if (now != 0)
      opens_.push_back(
          {worker, day, kFirstHour + hour, static_cast<unsigned>(chance() * 60), now, attack});
  }
}

/// Within an hour, page by page.
void Company::at_once(unsigned worker, unsigned day, std::uint32_t customers, bool attack) {
  if (customers == 0) return;
  const unsigned hour = kFirstHour + static_cast<unsigned>(chance() * kHours);
  const std::uint32_t page = std::max<std::uint32_t>(25, customers / 200);
  const std::uint32_t pages = (customers + page - 1) / page;
  for (std::uint32_t i = 0; i < pages; ++i)
    opens_.push_back(
        {worker, day, hour, i * 60 / pages, std::min(page, customers - i * page), attack});
}

}  // namespace company
