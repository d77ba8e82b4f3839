#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "access/calendar.h"
#include "core/byte_writer.h"
#include "core/bytes.h"
#include "policy/hyperloglog.h"

namespace outspan::access {

/// Different customers that one puller got: today, and in the seven days that end today; today's
/// also by source.
///
/// Exact up to kExactMax customers in seven days, 8 bytes each; beyond, a HyperLogLog a day (4 KiB,
/// standard error 1.6 %). Identities are record ids, which are keyed hashes.
class PullWindow {
 public:
  static constexpr std::size_t kExactMax = 1024;
  static constexpr DayNumber kWeekDays = 7;
  /// Sources that are told apart; the last one stands for all further ones.
  static constexpr unsigned kSources = 8;

  /// What is older than seven days goes. Days never go back.
  void advance(DayNumber today);
  /// A customer, today, from a source below kSources. True: new today (once estimating: for
  /// certain; most new ones are then not noticed one by one).
  bool add(std::uint64_t id, unsigned source);

  [[nodiscard]] std::uint64_t day() const noexcept { return day_; }
  [[nodiscard]] std::uint64_t week() const noexcept { return week_; }
  /// Of today.
  [[nodiscard]] std::uint64_t of_source(unsigned source) const noexcept { return sources_[source]; }
  [[nodiscard]] DayNumber today() const noexcept { return today_; }
  [[nodiscard]] bool estimated() const noexcept { return sketches_ != nullptr; }
  [[nodiscard]] std::uint64_t memory_bytes() const noexcept;

  void write(ByteWriter& out) const;
  /// Into a new one. False: the bytes make no sense.
  bool read(ByteCursor& in);

 private:
  using Slots = std::vector<std::uint64_t>;
  using Sketch = std::unique_ptr<policy::HyperLogLog>;
  struct Sketches {
    std::array<std::pair<DayNumber, Sketch>, kWeekDays> days;  // by day % 7
    policy::HyperLogLog week;                                  // all of them
    std::array<Sketch, kSources> sources;                      // of today
  };
  // An entry is a hash (40 bits), the last day (16) and the sources of that day (8); 0 is free.
  [[nodiscard]] std::uint64_t& slot_of(std::uint64_t hash) noexcept;
  [[nodiscard]] std::uint64_t age(std::uint64_t entry) const noexcept;
  void rebuild(std::size_t room_for);
  bool count_exact(std::uint64_t& entry, std::uint64_t hash, unsigned source);
  void estimate_from_now_on();
  bool add_estimated(std::uint64_t hash, unsigned source);
  void advance_sketches();
  policy::HyperLogLog& sketch_of(DayNumber day);
  void write_sketches(ByteWriter& out) const;
  bool read_sketches(ByteCursor& in);

  Slots slots_;
  std::size_t entries_ = 0;
  DayNumber today_ = 0;
  std::uint64_t day_ = 0, week_ = 0;
  std::array<std::uint64_t, kSources> sources_{};
  std::unique_ptr<Sketches> sketches_;
};

}  // namespace outspan::access
