#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/app_protocol.h"

namespace outspan {

/// Which way a byte goes, judged by the home networks and not by who opened the connection.
enum class Direction : std::uint8_t { outbound, inbound, internal, transit };
inline constexpr std::size_t kDirections = 4;
std::string_view to_string(Direction direction) noexcept;

/// The two ends of a flow. The client opened it, or was seen first.
enum class Side : std::uint8_t { client, server };
constexpr Side opposite(Side side) noexcept {
  return side == Side::client ? Side::server : Side::client;
}
constexpr std::size_t index(Side side) noexcept { return static_cast<std::size_t>(side); }
constexpr std::size_t index(Direction direction) noexcept {
  return static_cast<std::size_t>(direction);
}

/// What became of a payload byte. Every byte stands in exactly one column.
enum class Column : std::uint8_t {
  inspected,  ///< handed to detection, decoded or raw; or framing that a parser has read
  encrypted,  ///< proven ciphertext
  opaque,     ///< inside an encrypted or unsupported container
  lost,       ///< never captured: drops, holes
  truncated,  ///< cut by the snap length
  skipped,    ///< a direction that is not inspected, a budget, a policy
};
inline constexpr std::size_t kColumns = 6;
std::string_view to_string(Column column) noexcept;

/// Payload bytes by column.
struct Columns {
  std::array<std::uint64_t, kColumns> bytes{};

  std::uint64_t& operator[](Column column) noexcept {
    return bytes[static_cast<std::size_t>(column)];
  }
  std::uint64_t operator[](Column column) const noexcept {
    return bytes[static_cast<std::size_t>(column)];
  }
  [[nodiscard]] std::uint64_t total() const noexcept {
    std::uint64_t sum = 0;
    for (const std::uint64_t value : bytes) sum += value;
    return sum;
  }
  Columns& operator+=(const Columns& other) noexcept {
    for (std::size_t i = 0; i < kColumns; ++i) bytes[i] += other.bytes[i];
    return *this;
  }
  bool operator==(const Columns&) const noexcept = default;
};

/// Bytes that stand in a column for one reason: "tls", "budget", "unclaimed". Reasons are static
/// strings, lower case with hyphens, as in `blindspot` events.
struct ReasonBytes {
  std::string_view reason;
  std::uint64_t bytes = 0;
};

/// The account of all payload bytes that one worker saw. Written only through FlowAccount, so the
/// sums by direction, by application and by reason are always the same bytes.
/// Thread: the worker that owns it; merge copies into a total to report.
class Ledger {
 public:
  [[nodiscard]] const Columns& of(Direction direction) const noexcept {
    return by_direction_[index(direction)];
  }
  /// Empty columns for an application that never had a byte.
  [[nodiscard]] Columns of(AppProtocol app) const noexcept;
  /// Every application with a byte, in no order that means anything.
  [[nodiscard]] std::vector<AppProtocol> apps() const;

  /// A column of all directions, in the order of the reasons' names; reasons without a byte are
  /// left out. Of `inspected` it is how: "searched", "framing", or "pending" (see FlowAccount). Of
  /// `skipped`, "direction" are bytes of directions that nobody wants inspected.
  [[nodiscard]] std::vector<ReasonBytes> by_reason(Column column) const;
  [[nodiscard]] std::uint64_t of(Column column, std::string_view reason) const;

  void merge(const Ledger& other);

 private:
  friend class FlowAccount;
  friend class ChargingAccount;
  Columns& app_columns(AppProtocol app) noexcept;
  std::uint64_t& reason_bytes(Column column, const char* reason) noexcept;
  [[nodiscard]] std::uint64_t total(Column column) const noexcept;

  struct Entry {
    const char* reason;
    std::uint64_t bytes = 0;
  };

  std::array<Columns, kDirections> by_direction_{};
  std::vector<Columns> by_app_;  // indexed by AppProtocol::id
  std::uint64_t pending_ = 0;
  std::uint64_t framing_ = 0;
  /// What is not here was searched, or is of a direction that is not inspected.
  std::array<std::vector<Entry>, kColumns> by_reason_;
};

/// The account of one flow as the stages after flow/ see it: they claim bytes, and create none.
///
/// flow/ charges each byte once, when it delivers or misses it. A delivered byte of an inspected
/// side is *pending* (it stands in `inspected`, and is counted by itself) until a stage claims it:
/// as searched, as framing, or for another column. What nobody has claimed at the flow's end is
/// skipped as "unclaimed". A path on which bytes are forgotten therefore shows.
///
/// All of it is without effect on a side that is not inspected: its bytes stay skipped.
class FlowAccount {
 public:
  /// Pending bytes went to detection, as they are or decoded.
  void searched(Side side, std::uint64_t bytes) noexcept { take_pending(side, bytes); }
  /// Pending bytes are structure that a parser has read and whose grammar held: nothing that a
  /// sender could fill as he likes.
  void framing(Side side, std::uint64_t bytes) noexcept {
    const std::uint64_t taken = take_pending(side, bytes);
    framing_[index(side)] += taken;
    ledger_->framing_ += taken;
  }
  /// Pending bytes are in `to`, which is not `inspected`. Returns how many there were.
  std::uint64_t claim(Side side, Column to, const char* reason, std::uint64_t bytes) noexcept;
  /// Bytes that were claimed as searched could not be read, or not in time: they go to `to`.
  /// Returns how many there were.
  std::uint64_t move(Side side, Column to, const char* reason, std::uint64_t bytes) noexcept;
  /// Bytes of `from` are not what they were claimed for and are pending again: `reason` as they
  /// were claimed with. Returns how many there were.
  std::uint64_t reopen(Side side, Column from, const char* reason, std::uint64_t bytes) noexcept;

  /// All bytes of the flow, charged already or later, count under `app`.
  void set_app(AppProtocol app) noexcept;
  [[nodiscard]] AppProtocol app() const noexcept { return app_; }

  [[nodiscard]] const Columns& columns(Side side) const noexcept { return columns_[index(side)]; }
  [[nodiscard]] Direction direction(Side side) const noexcept { return direction_[index(side)]; }
  [[nodiscard]] bool inspected(Side side) const noexcept { return inspected_[index(side)]; }
  [[nodiscard]] std::uint64_t pending(Side side) const noexcept { return pending_[index(side)]; }
  /// Of `inspected`.
  [[nodiscard]] std::uint64_t framing_bytes(Side side) const noexcept {
    return framing_[index(side)];
  }
  /// Of `skipped`; known at the flow's end.
  [[nodiscard]] std::uint64_t unclaimed(Side side) const noexcept {
    return unclaimed_[index(side)];
  }
  /// Bytes that a later stage claimed for Column::skipped, and reported itself (a budget) or meant
  /// to (a password). What else stands in that column, flow/ left out.
  [[nodiscard]] std::uint64_t claimed_as_skipped(Side side) const noexcept {
    return claimed_as_skipped_[index(side)];
  }

 protected:
  FlowAccount(Ledger& ledger, std::array<Direction, 2> direction,
              std::array<bool, 2> inspected) noexcept
      : ledger_(&ledger), direction_(direction), inspected_(inspected) {}

  /// From `inspected` to another column, in all sums. Returns `bytes`.
  std::uint64_t hand_over(Side side, Column to, const char* reason, std::uint64_t bytes) noexcept;
  /// Between columns, in all sums but those by reason.
  void shift(Side side, Column from, Column to, std::uint64_t bytes) noexcept;
  /// In a build for tests a claim beyond what is pending ends the program: somebody claims twice.
  std::uint64_t take_pending(Side side, std::uint64_t bytes) noexcept {
    std::uint64_t& pending = pending_[index(side)];
    if (bytes > pending) [[unlikely]]
      bytes = claimed_twice(side, bytes);
    pending -= bytes;
    ledger_->pending_ -= bytes;
    return bytes;
  }
  [[nodiscard]] std::uint64_t claimed_twice(Side side, std::uint64_t bytes) const noexcept;

  Ledger* ledger_;
  std::array<Columns, 2> columns_{};
  AppProtocol app_;
  std::array<Direction, 2> direction_;
  std::array<bool, 2> inspected_;
  std::array<std::uint64_t, 2> pending_{};
  std::array<std::uint64_t, 2> framing_{};
  std::array<std::uint64_t, 2> unclaimed_{};
  std::array<std::uint64_t, 2> claimed_as_skipped_{};
};

/// The same account for flow/, which alone charges bytes.
class ChargingAccount final : public FlowAccount {
 public:
  /// `ledger` outlives the account.
  ChargingAccount(Ledger& ledger, std::array<Direction, 2> direction,
                  std::array<bool, 2> inspected) noexcept
      : FlowAccount(ledger, direction, inspected) {}

  /// Bytes of stream are handed on: pending on an inspected side, skipped on another one.
  void deliver(Side side, std::uint64_t bytes) noexcept {
    const bool read = inspected_[index(side)];
    add(side, read ? Column::inspected : Column::skipped, bytes);
    if (!read) return;
    pending_[index(side)] += bytes;
    ledger_->pending_ += bytes;
  }
  /// Bytes that are never delivered: lost, truncated or skipped.
  void charge(Side side, Column column, const char* reason, std::uint64_t bytes) noexcept;
  /// At the flow's end: what is still pending is skipped as "unclaimed". Returns how much it was.
  std::uint64_t settle(Side side) noexcept;

 private:
  void add(Side side, Column column, std::uint64_t bytes) noexcept {
    if (bytes == 0) return;
    columns_[index(side)][column] += bytes;
    ledger_->by_direction_[index(direction(side))][column] += bytes;
    ledger_->app_columns(app_)[column] += bytes;
  }
};

}  // namespace outspan
