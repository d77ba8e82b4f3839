#pragma once

#include <string>
#include <vector>

#include "access/watch.h"

namespace outspan::access {

/// A Monday.
inline constexpr DayNumber kMonday = 20458;

inline Timestamp at(unsigned day, unsigned hour, unsigned minute = 0) {
  return Timestamp(std::chrono::hours(24) * (kMonday + day) + std::chrono::hours(hour) +
                   std::chrono::minutes(minute));
}

inline bool is_working_day(unsigned day) { return day % 7 < 5; }

/// People who pull customers, and a watch.
class Office {
 public:
  explicit Office(WatchOptions options = {}) : watch(std::move(options)) {}

  /// Customers that nobody had before.
  std::vector<Finding> pull(const std::string& user, unsigned day, unsigned hour,
                            std::uint32_t customers, std::string_view source = "crm-db",
                            std::string_view program = "CrmClient", unsigned minute = 0) {
    std::vector<Customer> all(customers);
    for (Customer& customer : all) customer.id = ++last_id_;
    Pull pull;
    pull.time = at(day, hour, minute);
    pull.puller.user = user;
    pull.puller.address = IpAddress::v4(0x0a140000 + address_of(user));
    pull.source = source;
    pull.program = program;
    pull.customers = all;
    std::vector<Finding> findings;
    watch.add(pull, findings);
    return findings;
  }

  /// `people` pull so many a day each, on working days.
  void work(unsigned from_day, unsigned until_day, unsigned people, std::uint32_t customers) {
    for (unsigned day = from_day; day < until_day; ++day)
      for (unsigned one = 0; is_working_day(day) && one < people; ++one)
        pull("user" + std::to_string(one), day, 9, customers + (day + one) % 3, "crm-db",
             "CrmClient", one);
  }

  Watch watch;

 private:
  std::uint32_t address_of(const std::string& user) {
    for (std::uint32_t i = 0; i < users_.size(); ++i)
      if (users_[i] == user) return i;
    users_.push_back(user);
    return static_cast<std::uint32_t>(users_.size() - 1);
  }

  std::vector<std::string> users_;
  std::uint64_t last_id_ = 0;
};

}  // namespace outspan::access
