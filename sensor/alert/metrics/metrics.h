#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "alert/metrics/exposition.h"
#include "alert/metrics/http_port.h"
#include "alert/output/delays.h"
#include "alert/output/output.h"
#include "config/config.h"

namespace outspan::alert {

/// Counts events, for Prometheus: on a port, in a file, or both. docs/metrics.md has the names.
/// Labels are names that the configuration or the program has; none is from the wire, so their
/// number is bounded.
/// Thread: write, flush and finish as an Output; the port has one of its own.
class Metrics final : public Output {
 public:
  /// Takes the port. `outputs`, whose states are shown, live until finish().
  static Result<std::unique_ptr<Metrics>> open(const config::Metrics& options,
                                               std::vector<const Output*> outputs);

  /// Shows these from now on; the ones before may go.
  void show(std::vector<const Output*> outputs);

  void write(const Event& event) noexcept override;
  /// The first time: begins to answer.
  void flush() noexcept override;
  void end() noexcept override;
  void finish() noexcept override;
  [[nodiscard]] OutputState state() const override;
  std::vector<NoticeEvent> take_notices() override;
  std::string take_problem() override;

  [[nodiscard]] std::string text() const;
  /// What the port answers: /metrics, and /healthz, which is well while delivery runs.
  [[nodiscard]] HttpPort::Answer answer(std::string_view path) const;
  /// "127.0.0.1:9437"; empty: there is no port.
  [[nodiscard]] std::string address() const { return port_ ? port_->address() : std::string(); }

 private:
  using Clock = std::chrono::steady_clock;
  struct BlindSpots {
    std::uint64_t events = 0, bytes = 0;
  };

  Metrics(config::Metrics options, std::vector<const Output*> outputs)
      : options_(std::move(options)), outputs_(std::move(outputs)) {}
  void count(const Event& event);
  void count(const policy::Incident& incident, Timestamp time);
  void write_textfile() noexcept;
  void put_events(Exposition& out) const;
  void put_alerts(Exposition& out) const;
  void put_ledger(Exposition& out) const;
  void put_stats(Exposition& out) const;
  void put_outputs(Exposition& out) const;

  const config::Metrics options_;
  std::unique_ptr<HttpPort> port_;
  bool answers_ = false;
  std::atomic<Clock::rep> flushed_at_{0};
  Clock::time_point file_written_at_{};
  std::string file_problem_, file_problem_reported_;

  mutable std::mutex mutex_;  // guards what follows
  std::vector<const Output*> outputs_;
  std::map<std::string, std::uint64_t, std::less<>> events_, anomalies_;
  std::map<std::pair<std::string, config::Severity>, std::uint64_t> alerts_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> customers_;  // by rule and index
  std::map<std::string, BlindSpots, std::less<>> blind_spots_;              // by reason
  Delays delays_;  // from a packet to the alert
  LedgerEvent ledger_;
  Stats stats_;
};

}  // namespace outspan::alert
