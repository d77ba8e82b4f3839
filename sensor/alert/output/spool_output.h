#pragma once

#include <memory>

#include "alert/output/output.h"
#include "config/config.h"
#include "spool/spool.h"

namespace outspan::alert {

/// Puts events into the spool, where the outputs find them. Comes before them: an event is on disk
/// before anybody hears of it.
class SpoolOutput final : public Output {
 public:
  /// `spool` outlives the output. Keeps what any output of `config` wants.
  SpoolOutput(spool::Spool& spool, const config::Config& config);

  /// Keeps what any output of `config` wants from now on.
  void keep_for(const config::Config& config);

  void write(const Event& event) noexcept override;
  void flush() noexcept override;
  void finish() noexcept override { flush(); }
  [[nodiscard]] OutputState state() const override;
  void report(Stats& stats) const override { spool_.report(stats); }
  std::vector<NoticeEvent> take_notices() override;
  std::string take_problem() override;

 private:
  spool::Spool& spool_;
  std::vector<std::string> types_;
  spool::Spool::Room said_ = spool::Spool::Room::enough;
  std::chrono::steady_clock::time_point ticked_{};
};

/// Where an event of this kind stands when there is little room: `stats` and the like go first,
/// then updates of incidents, `new` and `closed` last.
spool::Priority spool_priority(const Event& event) noexcept;
/// The number of an event's type in the spool.
std::uint8_t spool_kind(const Event& event) noexcept;
/// The bits of these types; of none: all.
std::uint64_t spool_kinds(const std::vector<std::string>& types) noexcept;

}  // namespace outspan::alert
