#include <algorithm>
#include <numeric>

#include "access/watch.h"
#include "trial.h"

namespace company {
namespace {

namespace access = outspan::access;

constexpr std::uint64_t kCustomers = 1'000'000;

outspan::Timestamp time_of(const Open& open) {
  using namespace std::chrono;
  return outspan::Timestamp(hours(24) * (kFirstDay + open.day) + hours(open.hour) +
                            minutes(open.minute));
}

constexpr std::array<const char*, kJobs> kGroups{"first-level", "second-level", "sales",
                                                 "billing",     "engineering",  "analysts"};

std::vector<access::NamedGroup> groups() {
  std::vector<access::NamedGroup> all;
  for (const char* name : kGroups) all.push_back({name, {}, {std::string(name) + "-*"}});
  return all;
}

/// The company at its screens, seen by a sensor.
class Trial {
 public:
  Trial(const Company& company, access::WatchOptions options, bool identity_moves)
      : company_(company),
        watch_(std::move(options)),
        random_(99),
        moves_(identity_moves),
        address_(company.workers().size()),
        found_on_(company.workers().size(), kDays),
        gone_(company.workers().size()) {
    std::iota(address_.begin(), address_.end(), 0);
  }

  Outcome run(std::string method, unsigned until = kDays) {
    outcome_.method = std::move(method);
    unsigned week = 0;
    for (const Open& open : company_.opens()) {
      if (open.day >= until) break;
      for (; moves_ && week < open.day / 7; ++week) move_some();
      pull(open);
    }
    return judge();
  }
  [[nodiscard]] double needed() const noexcept { return watch_.needed(); }

 private:
  void move_some() {
    for (std::size_t i = 0; i < address_.size() / 40; ++i)
      std::swap(address_[random_() % address_.size()], address_[random_() % address_.size()]);
  }

  void pull(const Open& open) {
    const Worker& worker = company_.workers()[open.worker];
    customers_.resize(open.customers);
    for (access::Customer& customer : customers_) customer.id = random_() % kCustomers + 1;
    access::Pull pull;
    pull.time = time_of(open);
    pull.puller.address = outspan::IpAddress::v4(0x0a140000 + address_[open.worker]);
    if (!moves_)
      pull.puller.user = std::string(kGroups[static_cast<std::size_t>(worker.job)]) + "-" +
                         std::to_string(open.worker);
    pull.source = "crm-db";
    pull.program = "CrmClient";
    pull.customers = customers_;
    if (open.attack) gone_[open.worker] += open.customers;
    findings_.clear();
    watch_.add(pull, findings_);
    for (const access::Finding& finding : findings_) take(open, worker, finding);
  }

  void take(const Open& open, const Worker& worker, const access::Finding& finding) {
    if (company_.is_attack_day(worker, open.day)) {
      if (found_on_[open.worker] == kDays && worker.attack == Attack::bulk) {
        outcome_.gone.push_back(gone_[open.worker]);
        const auto plus_10 = [](std::uint64_t number) { return static_cast<double>(number) + 10; };
        const access::Numbers& numbers = finding.numbers;
        outcome_.own.push_back(plus_10(numbers.own_high));
        outcome_.yardstick.push_back(plus_10(std::max(numbers.own_high, numbers.peers_high)));
      }
      found_on_[open.worker] = std::min(found_on_[open.worker], open.day);
    } else if (open.worker < Company::kStaff && open.day >= kTestDay && finding.sequence == 0) {
      ++false_alarms_;
      bulk_alarms_ += company_.had_bulk(open.worker, open.day) ? 1 : 0;
    }
  }

  Outcome judge() {
    outcome_.false_alarms_a_week = false_alarms_ / ((kDays - kTestDay) / 7.0);
    outcome_.bulk_alarms_a_week = bulk_alarms_ / ((kDays - kTestDay) / 7.0);
    for (std::size_t i = Company::kStaff; i < company_.workers().size(); ++i) {
      const Worker& worker = company_.workers()[i];
      const auto kind = static_cast<std::size_t>(worker.attack);
      ++outcome_.attacks[kind];
      if (found_on_[i] == kDays) continue;
      ++outcome_.found[kind];
      unsigned days = 0;
      for (unsigned day = worker.attack_day; day <= found_on_[i]; ++day)
        days += company_.is_working_day(day) ? 1 : 0;
      if (worker.attack == Attack::sales && days <= 3) ++outcome_.sales_in_three_days;
    }
    return outcome_;
  }

  const Company& company_;
  access::Watch watch_;
  std::mt19937_64 random_;
  bool moves_;
  std::vector<std::uint32_t> address_;
  std::vector<unsigned> found_on_;
  std::vector<double> gone_;  // customers, by worker
  std::vector<access::Customer> customers_;
  std::vector<access::Finding> findings_;
  double false_alarms_ = 0, bulk_alarms_ = 0;
  Outcome outcome_;
};

}  // namespace

Outcome try_watch(const Company& company, double ratio, bool identity_moves) {
  access::WatchOptions options;
  options.groups = groups();
  options.ratio = ratio;
  return Trial(company, options, identity_moves)
      .run(identity_moves ? "... by address, 5 % move a week" : "max(own, peers) x busy, ratio 2");
}

Outcome try_watch_at_budget(const Company& company, double alarms_per_week) {
  access::WatchOptions options;
  options.groups = groups();
  options.alarms_per_week = alarms_per_week;
  Trial before(company, options, false);
  before.run("", kTestDay);
  options.alarms_per_week = 0;
  options.ratio = before.needed();
  return Trial(company, options, false).run("max(own, peers) x busy, at the budget");
}

}  // namespace company
