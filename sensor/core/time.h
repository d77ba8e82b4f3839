#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace outspan {

/// Packet time: nanoseconds since 1970-01-01 UTC, as the capture says. Nothing on the packet path
/// reads the clock of the machine, so that a replay gives the same events every time.
using Timestamp = std::chrono::sys_time<std::chrono::nanoseconds>;
using Duration = std::chrono::nanoseconds;

constexpr Timestamp timestamp_from_ns(std::int64_t ns) noexcept { return Timestamp(Duration(ns)); }

/// The clock of the machine: for delivery and service, and for the time of a capture that begins.
inline Timestamp wall_clock() noexcept {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

/// RFC 3339, UTC, always nine fraction digits: 2026-01-31T23:59:59.000000001Z.
std::string to_rfc3339(Timestamp time);

/// The same, or less of it: 2026-01-31, 2026-01-31T23:59, 2026-01-31T23:59:59.5, with or without Z.
/// nullopt: it is no time.
std::optional<Timestamp> parse_rfc3339(std::string_view text) noexcept;

/// Where in the captured traffic something happened.
struct Position {
  Timestamp time{};
  /// Number of the packet in the whole run, over all files, from 1. 0: none yet.
  std::uint64_t packet = 0;
};

}  // namespace outspan
