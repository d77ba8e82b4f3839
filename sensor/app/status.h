#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "alert/output/output.h"
#include "app/delivery.h"
#include "app/top_senders.h"
#include "policy/incident.h"

namespace outspan::app {

/// How a live sensor does, for who asks it. Counters, addresses and names of ours; of the wire
/// addresses inside only.
/// Thread: any.
class Status {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Status(std::string sensor) : sensor_(std::move(sensor)) {}

  /// Who sent most out within the last hour.
  struct Senders {
    std::vector<TopSender> by_bytes, by_customers;
  };
  /// The latest account of all shards.
  void take(const Ledger& ledger, const Stats& stats, std::vector<alert::OutputState> outputs,
            Senders senders);
  void take(policy::Generation generation);
  /// Waits until something was taken after `since`; false: nothing came in time.
  bool wait_for_news(Clock::time_point since, std::chrono::milliseconds patience);

  /// `shards`: as they are now.
  [[nodiscard]] std::string json(const std::vector<Scheduler::Load>& shards);
  /// One line for a terminal.
  [[nodiscard]] std::string line();
  [[nodiscard]] std::string text(const std::vector<Scheduler::Load>& shards);

 private:
  struct Account {
    Clock::time_point at{};
    Ledger ledger;
    Stats stats;
  };
  /// What lies between two accounts.
  struct Rates {
    double seconds = 0;
    double packets_per_s = 0;
    double mbit_per_s = 0;
    std::uint64_t drops = 0;
  };
  [[nodiscard]] Rates rates() const;
  /// Of the time between two questions; and which shard was busiest.
  std::vector<unsigned> busy_percent(const std::vector<Scheduler::Load>& shards);

  const std::string sensor_;
  const Clock::time_point started_ = Clock::now();
  std::mutex mutex_;
  std::condition_variable news_;
  Account latest_, before_;
  std::vector<alert::OutputState> outputs_;
  Senders senders_;
  policy::Generation generation_;
  std::vector<Scheduler::Load> loads_;  // when they were asked for last
  Clock::time_point loads_at_ = started_;
};

}  // namespace outspan::app
