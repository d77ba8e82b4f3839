#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "core/address.h"
#include "core/time.h"
#include "policy/distinct_counter.h"
#include "policy/incident.h"

namespace outspan::app {

/// A host inside, and how much of something it sent out.
struct TopSender {
  IpAddress address;
  std::uint64_t amount = 0;
};

/// The largest first, each address once, at most so many.
std::vector<TopSender> largest(std::vector<TopSender> all, std::size_t rows_max);

/// Two tables that take turns: what they hold is of the last half hour to hour.
template <class Table>
class LastHour {
 public:
  static constexpr auto kTurn = std::chrono::minutes(30);

  /// The table of this time.
  Table& at(Timestamp now) {
    const Duration since = now - began_;
    if (since >= kTurn || since < -kTurn) {
      before_ = since < 2 * kTurn && since > Duration::zero() ? std::move(now_) : Table();
      now_ = Table();
      began_ = now;
    }
    return now_;
  }
  [[nodiscard]] const Table& now() const noexcept { return now_; }
  [[nodiscard]] const Table& before() const noexcept { return before_; }

 private:
  Table now_, before_;
  Timestamp began_{};
};

/// The largest amounts by address, in bounded memory whatever the addresses: Space-Saving
/// (Metwally, Agrawal, El Abbadi 2005). An amount is too high by a 256th of all at most; none is
/// too low.
class HeavyHitters {
 public:
  static constexpr std::size_t kKept = 256;

  void add(const IpAddress& address, std::uint64_t amount);
  [[nodiscard]] const std::vector<TopSender>& all() const noexcept { return kept_; }

 private:
  std::vector<TopSender> kept_;  // who sends much moves to the front
};

/// Who sends most payload. Looks at a packet for every 4 KiB of payload only, so amounts are
/// multiples of that. Thread: one at a time.
class ByteSenders {
 public:
  static constexpr std::uint64_t kStep = 4096;

  /// How much of this packet's payload its sender is to be charged with; mostly 0.
  std::uint64_t due(std::uint64_t payload_bytes) noexcept {
    passed_ += payload_bytes;
    if (passed_ < kStep) [[likely]]
      return 0;
    const std::uint64_t due = passed_ / kStep * kStep;
    passed_ -= due;
    return due;
  }
  void add(const IpAddress& sender, std::uint64_t bytes, Timestamp now) {
    senders_.at(now).add(sender, bytes);
  }
  [[nodiscard]] std::vector<TopSender> top() const;

 private:
  std::uint64_t passed_ = 0;
  LastHour<HeavyHitters> senders_;
};

/// Who lets out records of most different customers, as far as incidents name their rows. 256
/// senders are remembered, in 4 KiB each at most twice: who is new takes the place of the smallest.
/// Thread: one at a time.
class CustomerSenders {
 public:
  void add(const policy::Incident& incident);
  [[nodiscard]] std::vector<TopSender> top() const;

 private:
  static constexpr std::uint64_t kExactMax = 256;
  struct Sender {
    IpAddress address;
    policy::DistinctCounter customers{kExactMax};
  };
  using Table = std::vector<Sender>;
  LastHour<Table> senders_;
};

}  // namespace outspan::app
