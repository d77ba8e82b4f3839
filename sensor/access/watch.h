#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "access/budget.h"
#include "access/finding.h"
#include "access/identities.h"
#include "access/names.h"
#include "access/peers.h"
#include "access/puller.h"
#include "core/stats.h"
#include "policy/glob.h"

namespace outspan::access {

/// Work that was announced: it neither raises an alarm nor changes what is usual.
struct ExpectedPull {
  std::string puller;  ///< pattern for a user, a host or an address
  std::string source;  ///< pattern
  Timestamp until{};
};

struct WatchOptions {
  Calendar calendar;
  std::vector<NamedGroup> groups;
  std::vector<ExpectedPull> expected;
  double ratio = kRatio;       ///< that an alarm needs, as long as no budget says another one
  double alarms_per_week = 0;  ///< 0: no budget
  std::uint64_t pullers_max = 100'000;
  std::uint64_t memory_max_bytes = 256 << 20;
  /// What is remembered and shown instead of a user's name; empty: the name. Of a pseudonym, the
  /// same.
  std::function<std::string(std::string_view user)> pseudonym;
  std::size_t customers_max = 1000;  ///< named one by one in an alarm
};

/// Customers' records that somebody got from somewhere. Names may be shown.
struct Pull {
  Timestamp time{};
  Identity puller;  ///< the kind need not be set
  std::string_view source, program;
  std::span<const Customer> customers;
};

/// Who pulls more customers than is usual for it and for those who do the same work.
///
/// For each puller two windows count different customers: the day and the seven days that end with
/// it. A window is compared with the highest finished one of the puller itself and with what nine
/// of ten peers never exceeded, whichever is more, times how busy the peers are (judgement.h). It
/// is judged with every pull, so the alarm comes while the pull goes on: once a window, and again
/// at each doubling. See docs/access.md.
///
/// Time is that of the pulls. Their order decides everything, so it is that of the output.
/// Memory: WatchOptions; at either bound the puller who was silent for longest is forgotten
/// (`access.pullers_forgotten`). So is, uncounted, who was silent for 90 days. Thread: one.
class Watch {
 public:
  explicit Watch(WatchOptions options);
  Watch(Watch&&) noexcept = default;
  Watch& operator=(Watch&&) noexcept = default;

  /// Appends the alarms that follow.
  void add(const Pull& pull, std::vector<Finding>& out);
  /// Rows stand elsewhere from now on: alarms name those that are pulled from here on.
  void forget_rows();

  /// access.pullers, .pullers_forgotten, .names_left_out, .alarms, .expected, .not_restored,
  /// .memory_bytes, .learned_days
  void report(Stats& stats) const;

  /// What has changed since the last call, by key, for a store.
  void take_changes(const std::function<void(std::string_view key, Bytes value)>& put,
                    const std::function<void(std::string_view key)>& remove);
  /// One of those. False: it makes no sense.
  bool restore(std::string_view key, Bytes value);

  /// In the order of their keys. For `outspan access`.
  [[nodiscard]] std::vector<const Puller*> pullers() const;
  [[nodiscard]] const Peers& peers() const noexcept { return peers_; }
  [[nodiscard]] const Names& names() const noexcept { return names_; }
  [[nodiscard]] DayNumber today() const noexcept { return today_; }
  /// The ratio that an alarm needs now.
  [[nodiscard]] double needed() const noexcept { return needed_; }
  [[nodiscard]] DayNumber first_day() const noexcept { return first_day_; }
  /// All that is worked out by the day, as of the last pull.
  void take_measure();

 private:
  struct Expected {
    policy::GlobSet puller, source;
    Timestamp until;
  };
  using Pullers = std::map<std::string, Puller>;

  void go_on_to(Timestamp time);
  void open_day(Puller& puller);
  void close_day(Puller& puller);
  [[nodiscard]] bool is_expected(const Pull& pull, const Identity& who) const;
  Puller& puller_for(const Identity& who);
  void count(Puller& puller, const Pull& pull, NameNumber source);
  void note_news(Puller& puller, const Pull& pull, NameNumber source, NameNumber program);
  void judge(Puller& puller, const Pull& pull, NameNumber source, NameNumber program,
             std::vector<Finding>& out);
  [[nodiscard]] Numbers numbers_of(const Puller& puller, Window window) const;
  [[nodiscard]] bool week_counts(const Puller& puller) const noexcept;
  void note_excess(Puller& puller, Window window);
  [[nodiscard]] bool tell(Puller& puller, Window window, std::uint64_t distinct, Timestamp time);
  [[nodiscard]] Finding finding(const Puller& puller, Window window, NameNumber source,
                                NameNumber program) const;
  void touch(Puller& puller);
  void recharge(Puller& puller);
  void make_room(const Puller& keep);
  void sort_restored();
  void forget(Pullers::iterator one);
  void forget_silent();
  void forget_unused_names();
  void write_meta(ByteWriter& out) const;
  bool read_meta(ByteCursor& in);

  WatchOptions options_;
  std::vector<Expected> expected_;
  Names names_;
  Identities identities_;
  Peers peers_;
  AlarmBudget budget_;
  Pullers pullers_;
  std::list<const std::string*> by_silence_;  // the latest one last
  bool unsorted_ = false;                     // it is not, of those restored
  std::vector<std::string> forgotten_keys_;   // not yet removed from the store
  DayNumber today_ = 0, first_day_ = 0;
  Timestamp measured_{};
  double needed_;
  std::uint64_t memory_bytes_ = 0;
  std::uint64_t alarms_ = 0, expected_pulls_ = 0, forgotten_ = 0, not_restored_ = 0;
};

}  // namespace outspan::access
