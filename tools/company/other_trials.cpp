#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "trial.h"

namespace company {
namespace {

constexpr unsigned kTuneFrom = 5 * 7, kTuneUntil = 10 * 7;
constexpr unsigned kLookBack = 28;
/// As for the watch: fewer are no alarm.
constexpr std::uint32_t kFloor = 20;

/// A worker's last four weeks of active days, the latest last, and what its job says.
struct Past {
  std::vector<double> days;
  double job_mean = 0;
};
using Score = std::function<double(const Past&, double today)>;

double mean(const std::vector<double>& values) {
  if (values.empty()) return 0;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double by_deviation(const Past& past, double today) {
  const double average = mean(past.days);
  double squares = 0;
  for (const double day : past.days) squares += (day - average) * (day - average);
  const double deviation =
      past.days.size() < 2 ? 1 : std::sqrt(squares / static_cast<double>(past.days.size() - 1));
  return (today - average) / std::max(1.0, deviation);
}

double by_mad(const Past& past, double today) {
  const double middle = median(past.days);
  std::vector<double> distances;
  for (const double day : past.days) distances.push_back(std::abs(day - middle));
  return (today - middle) / std::max(1.0, 1.4826 * median(distances));
}

double by_ewma(const Past& past, double today) {
  double average = past.days.empty() ? 0 : past.days.front();
  for (const double day : past.days) average += 0.1 * (day - average);
  return (today + 10) / (average + 10);
}

/// -log of the upper tail of a negative binomial whose mean is the worker's, drawn towards that of
/// its job where there are few days.
double by_negative_binomial(const Past& past, double today) {
  constexpr double kPriorDays = 5, kShape = 6;
  const auto days = static_cast<double>(past.days.size());
  const double expected =
      std::max(0.05, (mean(past.days) * days + past.job_mean * kPriorDays) / (days + kPriorDays));
  const double success = expected / (expected + kShape);
  // The tail's first term, and those after it as a geometric series: exact enough far out.
  const double log_term = std::lgamma(today + kShape) - std::lgamma(kShape) -
                          std::lgamma(today + 1) + kShape * std::log1p(-success) +
                          today * std::log(success);
  const double ratio = success * (today + kShape) / (today + 1);
  return today <= expected ? 0 : -(log_term - std::log(std::max(1e-9, 1 - ratio)));
}

/// The score of each day of each worker.
class Scores {
 public:
  Scores(const Company& company, const Score& score) : company_(company) {
    const auto job_means = means_by_job();
    for (std::size_t i = 0; i < company.workers().size(); ++i) {
      Past past;
      past.job_mean = job_means[static_cast<std::size_t>(company.workers()[i].job)];
      std::vector<unsigned> active;
      auto& mine = scores_.emplace_back();
      for (unsigned day = 0; day < kDays; ++day) {
        const std::uint32_t customers = company.totals()[i][day];
        if (customers == 0) continue;
        past.days.clear();
        for (const unsigned before : active)
          if (day - before <= kLookBack) past.days.push_back(company.totals()[i][before]);
        mine[day] = customers < kFloor ? 0 : score(past, customers);
        active.push_back(day);
      }
    }
  }

  /// So that the staff gives so many alarms in the weeks before the test.
  [[nodiscard]] double threshold(double alarms_per_week) const {
    std::vector<double> all;
    for (unsigned i = 0; i < Company::kStaff; ++i)
      for (unsigned day = kTuneFrom; day < kTuneUntil; ++day)
        if (scores_[i][day] > 0) all.push_back(scores_[i][day]);
    std::sort(all.begin(), all.end(), std::greater<>());
    const auto allowed = static_cast<std::size_t>(alarms_per_week * (kTuneUntil - kTuneFrom) / 7.0);
    return allowed < all.size() ? all[allowed] : 0;
  }

  [[nodiscard]] Outcome judge(const char* method, double threshold) const {
    Outcome outcome;
    outcome.method = method;
    unsigned false_alarms = 0, bulk_alarms = 0;
    for (unsigned i = 0; i < company_.workers().size(); ++i) {
      const Worker& worker = company_.workers()[i];
      unsigned found = 0, attack_days = 0;
      for (unsigned day = kTestDay; day < kDays; ++day) {
        const bool attack = company_.is_attack_day(worker, day);
        attack_days += attack ? 1 : 0;
        if (scores_[i][day] <= threshold) continue;
        if (attack && found == 0) found = attack_days;
        const bool is_false = !attack && i < Company::kStaff;
        false_alarms += is_false ? 1 : 0;
        bulk_alarms += is_false && company_.had_bulk(i, day) ? 1 : 0;
      }
      if (worker.attack == Attack::none) continue;
      const auto kind = static_cast<std::size_t>(worker.attack);
      ++outcome.attacks[kind];
      outcome.found[kind] += found != 0 ? 1 : 0;
      if (worker.attack == Attack::sales && found != 0 && found <= 3) ++outcome.sales_in_three_days;
    }
    outcome.false_alarms_a_week = false_alarms / ((kDays - kTestDay) / 7.0);
    outcome.bulk_alarms_a_week = bulk_alarms / ((kDays - kTestDay) / 7.0);
    return outcome;
  }

 private:
  [[nodiscard]] std::array<double, kJobs> means_by_job() const {
    std::array<double, kJobs> sum{}, days{};
    for (unsigned i = 0; i < Company::kStaff; ++i)
      for (unsigned day = 0; day < kTuneFrom; ++day) {
        const auto job = static_cast<std::size_t>(company_.workers()[i].job);
        sum[job] += company_.totals()[i][day];
        days[job] += company_.totals()[i][day] != 0 ? 1 : 0;
      }
    for (std::size_t job = 0; job < kJobs; ++job) sum[job] /= std::max(1.0, days[job]);
    return sum;
  }

  const Company& company_;
  std::vector<std::array<double, kDays>> scores_;
};

}  // namespace

std::vector<Outcome> try_others(const Company& company, double alarms_per_week) {
  const std::pair<const char*, Score> kMethods[] = {
      {"fixed threshold", [](const Past&, double today) { return today; }},
      {"mean + k sigma (own)", by_deviation},
      {"median + k MAD (own)", by_mad},
      {"EWMA ratio (own)", by_ewma},
      {"negative-binomial tail, empirical Bayes", by_negative_binomial}};
  std::vector<Outcome> outcomes;
  for (const auto& [name, score] : kMethods) {
    const Scores scores(company, score);
    outcomes.push_back(scores.judge(name, scores.threshold(alarms_per_week)));
  }
  return outcomes;
}

}  // namespace company
