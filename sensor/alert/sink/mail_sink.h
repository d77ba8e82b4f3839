#pragma once

#include <map>

#include "alert/sink/sink.h"
#include "config/config.h"

namespace outspan::alert {

/// Collects alerts and sends a digest of them by the local `sendmail` program: how many of which
/// rule, then a line for each, the first 500.
class MailSink final : public Sink {
 public:
  /// `at_end`: what was collected is sent at the end; otherwise it is collected again at the next
  /// start, from the spool.
  MailSink(const config::Output& output, const config::Config& config, bool at_end,
           OutputCounters& counters);
  ~MailSink() override;

  Offer offer(const Event& event, std::uint64_t number) override;
  void work(int wake, std::chrono::milliseconds timeout) override;
  [[nodiscard]] std::optional<std::uint64_t> unconfirmed() const override { return first_; }
  [[nodiscard]] std::uint64_t sent() const override { return first_.value_or(next_); }
  std::optional<std::uint64_t> take_break() override { return {}; }
  bool finish(Clock::time_point give_up) override;
  [[nodiscard]] std::string trouble() const override { return trouble_; }

 private:
  [[nodiscard]] std::string message() const;
  bool start_program();
  void look_after_program();
  void ended(bool well, const std::string& why);

  const config::Output output_;
  const std::string sensor_;
  const bool at_end_;
  OutputCounters& counters_;

  std::optional<std::uint64_t> first_;  // of what was collected
  std::uint64_t next_ = 0;
  std::uint64_t collected_ = 0;
  std::vector<std::string> lines_;
  std::map<std::pair<int, std::string>, std::uint64_t> by_rule_;  // worst first
  Clock::time_point due_{}, started_{};
  int program_ = -1;  // its process
  int message_file_ = -1;
  std::string trouble_;
};

}  // namespace outspan::alert
