#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "access/calendar.h"
#include "core/byte_writer.h"
#include "core/bytes.h"

namespace outspan::access {

/// A source or a program, by its number in Names.
using NameNumber = std::uint32_t;
/// No name's number.
inline constexpr NameNumber kAnyProgram = 0xffffffff;

/// Which sources one puller reads with which programs, remembered for 60 days. At most kMax pairs;
/// beyond, the one that was not used for longest is forgotten, and would be new again.
class Uses {
 public:
  static constexpr std::size_t kMax = 24;
  static constexpr DayNumber kMemoryDays = 60;

  struct Use {
    NameNumber source = 0, program = 0;
    std::uint16_t first = 0, last = 0;  ///< days
    std::uint16_t days = 0;             ///< on which it was used
  };
  /// What of a use was never seen before today.
  struct New {
    bool source = false;
    bool program = false;  ///< on this source
  };

  New add(NameNumber source, NameNumber program, DayNumber today);
  [[nodiscard]] const std::vector<Use>& all() const noexcept { return uses_; }
  /// On which one was used; 0: none was.
  [[nodiscard]] DayNumber last_day() const noexcept;
  /// The pair of at least four days in five; nullptr: there is none.
  [[nodiscard]] const Use* usual() const noexcept;
  /// The program that was used most on a source before today; nullptr: none was.
  [[nodiscard]] const Use* usual_program(NameNumber source, DayNumber today) const noexcept;

  void restore(const Use& use) { uses_.push_back(use); }
  /// Names have other numbers.
  void renumber(const std::function<void(NameNumber&)>& change);

 private:
  std::vector<Use> uses_;
};

}  // namespace outspan::access
