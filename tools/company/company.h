#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

/// A company that looks at customers, for weeks: who works there, how many customers each opens a
/// day, and who takes more than that. All invented; the same for the same seed.
namespace company {

enum class Job : std::uint8_t { first_level, second_level, sales, billing, engineer, analyst };
inline constexpr std::size_t kJobs = 6;

enum class Attack : std::uint8_t {
  none,
  bulk,          ///< 4,100 customers in an hour
  portions,      ///< 3,400 a day on 20 days: 68,000
  four_hundred,  ///< a day on 5 days, by first-level support
  sales,         ///< 120 a day on 10 days
  engineer,      ///< 60 once
  stealthy,      ///< 45 a day on 20 days, by first-level support: its normal volume twice
};
inline constexpr std::size_t kAttacks = 7;
inline constexpr std::array<const char*, kAttacks> kAttackNames{
    "", "4,100/h", "68,000", "400/day", "120/day", "60 once", "+45/day"};

inline constexpr unsigned kWeeks = 16;
inline constexpr unsigned kDays = kWeeks * 7;
/// From here on attacks begin, and false alarms are counted.
inline constexpr unsigned kTestDay = 10 * 7;
/// A Monday: 5 January 2026.
inline constexpr std::uint32_t kFirstDay = 20458;

struct Worker {
  Job job = Job::first_level;
  double customers_a_day = 0;
  unsigned first_day = 0;
  unsigned away_from = 0, away_until = 0;
  unsigned moves_on = kDays;  ///< the day on which it has another job
  Job next_job = Job::first_level;
  Attack attack = Attack::none;
  unsigned attack_day = 0;  ///< the first
};

/// Customers that a worker opens in one go.
struct Open {
  unsigned worker = 0;
  unsigned day = 0;   ///< from 0
  unsigned hour = 0;  ///< of the day
  unsigned minute = 0;
  std::uint32_t customers = 0;
  bool attack = false;
};

class Company {
 public:
  static constexpr unsigned kStaff = 400;
  static constexpr unsigned kAttackersOfAKind = 8;

  explicit Company(std::uint64_t seed);

  /// The staff, and after them those who attack.
  [[nodiscard]] const std::vector<Worker>& workers() const noexcept { return workers_; }
  /// All that happens, in order.
  [[nodiscard]] const std::vector<Open>& opens() const noexcept { return opens_; }
  /// Customers a worker opened on each day.
  [[nodiscard]] const std::vector<std::array<std::uint32_t, kDays>>& totals() const noexcept {
    return totals_;
  }
  /// It has pulled many for a good reason within seven days: an alarm is right about the facts.
  [[nodiscard]] bool had_bulk(unsigned worker, unsigned day) const {
    return bulk_lately_[worker][day];
  }
  [[nodiscard]] bool is_attack_day(const Worker& worker, unsigned day) const;
  [[nodiscard]] bool is_working_day(unsigned day) const noexcept;

 private:
  void hire();
  void hire(Job job, unsigned count);
  void add_attackers();
  void live_through(unsigned day);
  [[nodiscard]] std::uint32_t usual(const Worker& worker, unsigned day);
  [[nodiscard]] std::uint32_t bulk(const Worker& worker);
  [[nodiscard]] std::uint32_t taken(const Worker& worker, unsigned day) const;
  void spread(unsigned worker, unsigned day, std::uint32_t customers, bool attack);
  void at_once(unsigned worker, unsigned day, std::uint32_t customers, bool attack);
  double chance() { return std::uniform_real_distribution<double>(0, 1)(random_); }

  std::mt19937_64 random_;
  std::vector<Worker> workers_;
  std::vector<Open> opens_;
  std::vector<std::array<std::uint32_t, kDays>> totals_;
  std::vector<std::array<bool, kDays>> bulk_lately_;
  std::vector<unsigned> last_bulk_;
  std::array<unsigned, 5> special_days_{};  // two holidays, three outages
};

}  // namespace company
