#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "access/names.h"
#include "access/puller.h"
#include "core/address.h"
#include "policy/glob.h"

namespace outspan::access {

/// A group that the operator named.
struct NamedGroup {
  std::string name;
  PrefixSet networks;
  std::vector<std::string> users;  ///< patterns: `*` stands for any run of characters
};

/// Who does the same work, and what is normal for them.
///
/// Groups are those of the configuration, else those who use one source with one program on four
/// days in five. One with fewer than kMembersMin members is no yardstick: everybody is then.
/// Machines are nobody's peers.
class Peers {
 public:
  static constexpr std::size_t kMembersMin = 5;

  struct Group {
    std::string name;
    std::size_t members = 0;
    std::uint64_t day_p90 = 0, week_p90 = 0;
    /// The two highest, so that a member's peers' highest is known.
    std::uint64_t day_high[2] = {}, week_high[2] = {};
    double day_busy = 1, week_busy = 1;
    HoursOfWeek::Hours hours;
    /// How many members used a source (kAnyProgram), or a source with a program, before today.
    std::map<std::pair<NameNumber, NameNumber>, std::uint32_t> uses;
  };

  explicit Peers(std::vector<NamedGroup> named);

  /// The number from 1 of the group of the configuration that somebody is in; 0: none.
  [[nodiscard]] std::uint32_t named_group_of(const Identity& identity) const;
  /// Puts all pullers into groups and takes their measure. Linear.
  void take_measure(const std::vector<Puller*>& pullers, const Names& names, DayNumber today);
  /// Of those a puller is compared with; its own figures are among them.
  [[nodiscard]] const Group& of(const Puller& puller) const;

 private:
  std::uint32_t group_for(const Puller& puller, const Names& names);

  std::vector<NamedGroup> named_;
  std::vector<policy::GlobSet> users_;  // of named_
  std::vector<Group> groups_;           // the first: everybody
  std::map<std::pair<NameNumber, NameNumber>, std::uint32_t> learned_;
};

}  // namespace outspan::access
