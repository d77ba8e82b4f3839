#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <list>
#include <string>
#include <vector>

#include "access/history.h"
#include "access/judgement.h"
#include "access/pull_window.h"
#include "access/uses.h"
#include "core/address.h"

namespace outspan::access {

/// By what a puller is known, the best first.
enum class IdentityKind : std::uint8_t { user, user_at_host, host, address };

/// Who pulls: a person or a machine, as far as the wire says.
struct Identity {
  IdentityKind kind = IdentityKind::address;
  IpAddress address;  ///< the last one
  std::string user;   ///< as it may be shown
  std::string host;
  std::uint32_t named_group = 0;  ///< of the configuration, by its number from 1; 0: unknown

  /// The same for the same puller.
  [[nodiscard]] std::string key() const;
};

/// Hours of a week in which customers were pulled. Four weeks at least, eight at most.
class HoursOfWeek {
 public:
  using Hours = std::bitset<168>;
  void add(unsigned hour, DayNumber today);
  [[nodiscard]] Hours all(DayNumber today) const;

  Hours now, before;
  DayNumber since = 0;
};

/// A customer of an index.
struct Customer {
  std::uint64_t id = 0;  ///< the same over all exports, and different between indexes
  std::uint32_t row = 0;
  std::uint16_t index = 0;
  std::uint16_t columns = 0;
};

/// One that gets customers' records, and everything that is remembered of it.
struct Puller {
  Identity identity;
  DayNumber first_day = 0;
  PullWindow window;
  History history;
  Uses uses;
  HoursOfWeek hours;

  /// Of the open day. What is new about it counts once few of the peers do it.
  struct Today {
    std::uint32_t hours = 0;  ///< a bit an hour
    bool out_of_ordinary = false;
    bool new_source = false, new_program = false, new_hour = false;
    double ratio = 0;  ///< the highest that could have raised an alarm
    std::array<NameNumber, PullWindow::kSources> sources{};
    std::uint8_t sources_used = 0;
    std::vector<Customer> customers;  ///< not stored
  } today;

  /// What has been reported. `most`: customers in the window that were reported last.
  struct Alarm {
    std::string id;  ///< empty: nothing has
    std::uint32_t sequence = 0;
    DayNumber opened = 0;
    DayNumber day = 0,
              week = 0;  ///< the last day on which a day, or a week, was out of the ordinary
    std::uint64_t day_most = 0, week_most = 0;
  } alarm;

  // Worked out from the above, by the day.
  History::Normal normal;
  std::uint32_t group = 0;
  bool changed = false;  ///< since it was stored
  bool stored = false;   ///< at all
  std::uint64_t charged_bytes = 0;
  std::list<const std::string*>::iterator by_silence;

  [[nodiscard]] std::uint64_t memory_bytes() const noexcept;
  /// The slot of a source in `window`, today.
  unsigned slot_of(NameNumber source) noexcept;
  /// It has enough finished days to be compared with itself.
  [[nodiscard]] bool known() const noexcept { return normal.days >= History::kKnownDays; }
  /// A day within the last six was out of the ordinary.
  [[nodiscard]] bool strange_lately(DayNumber today_number) const noexcept;
};

}  // namespace outspan::access
