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
  inspected,  ///< handed to detection, decoded or raw
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

/// The account of all payload bytes that one worker saw. Written only through FlowAccount, so the
/// sums by direction and by application are always the same bytes.
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

  void merge(const Ledger& other);

 private:
  friend class FlowAccount;
  Columns& app_columns(AppProtocol app) noexcept;

  std::array<Columns, kDirections> by_direction_{};
  std::vector<Columns> by_app_;  // indexed by AppProtocol::id
};

/// The account of one flow, and its only way into the worker's ledger.
///
/// flow/ charges each byte once, when it delivers or misses it, to the column that is current for
/// the side. Later stages that learn better *move* bytes that were already charged; nobody else
/// creates or destroys bytes, so the columns add up by construction.
class FlowAccount {
 public:
  /// `ledger` outlives the account. A side that is not inspected starts with Column::skipped as
  /// its current column.
  FlowAccount(Ledger& ledger, std::array<Direction, 2> direction,
              std::array<bool, 2> inspected) noexcept;

  /// For flow/ only: `bytes` of stream were delivered; they go to the side's current column.
  void deliver(Side side, std::uint64_t bytes) noexcept {
    charge(side, current_[index(side)], bytes);
  }
  /// For flow/ only: lost, truncated and skipped bytes that are never delivered.
  void charge(Side side, Column column, std::uint64_t bytes) noexcept;

  /// Bytes delivered from now on go to `column` (encrypted once the framing proved it, skipped
  /// once a budget says so). No effect on a side that is not inspected: its bytes stay skipped.
  void set_current(Side side, Column column) noexcept {
    if (inspected_[index(side)]) current_[index(side)] = column;
  }
  [[nodiscard]] Column current(Side side) const noexcept { return current_[index(side)]; }

  /// Moves up to `bytes` between columns; returns how many there were to move. No effect (0) on a
  /// side that is not inspected.
  std::uint64_t move(Side side, Column from, Column to, std::uint64_t bytes) noexcept;

  /// Bytes that a later stage moved to Column::skipped, and told of itself (a budget) or meant to
  /// (a password). What else stands in that column, flow/ left out.
  [[nodiscard]] std::uint64_t moved_to_skipped(Side side) const noexcept {
    return moved_to_skipped_[index(side)];
  }

  /// All bytes of the flow, charged already or later, count under `app`.
  void set_app(AppProtocol app) noexcept;
  [[nodiscard]] AppProtocol app() const noexcept { return app_; }

  [[nodiscard]] const Columns& columns(Side side) const noexcept { return columns_[index(side)]; }
  [[nodiscard]] Direction direction(Side side) const noexcept { return direction_[index(side)]; }
  [[nodiscard]] bool inspected(Side side) const noexcept { return inspected_[index(side)]; }

 private:
  Ledger* ledger_;
  std::array<Columns, 2> columns_{};
  AppProtocol app_;
  std::array<Direction, 2> direction_;
  std::array<Column, 2> current_;
  std::array<bool, 2> inspected_;
  std::array<std::uint64_t, 2> moved_to_skipped_{};
};

}  // namespace outspan
