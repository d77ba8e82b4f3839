#pragma once

#include <array>
#include <cstdint>
#include <span>

/// The world's numbering plans as an automaton. The tables are made at build time from
/// libphonenumber's metadata by phone_table/generate.cpp.
namespace outspan::detect {

/// Node 0 refuses everything. `accepts`: the digits read so far are a number that can exist.
struct PhoneNode {
  std::array<std::uint16_t, 10> next;
  std::uint16_t accepts;
};
struct CallingCode {
  std::uint16_t code;
  std::uint16_t start;  ///< node before the first digit of the national number
};
struct NumberingPlan {
  char country[3];
  std::uint16_t code;
  char trunk_prefix[4];  ///< dialled before a national number, not part of it
};

/// How the national numbers of a calling code are written in groups.
struct NumberGrouping {
  std::uint16_t code;
  std::uint32_t shape;  ///< lengths of the groups, five bits each, the first one lowest
  /// Bit n: national numbers whose first two digits are n are written so.
  std::array<std::uint64_t, 2> beginnings;
};

std::span<const PhoneNode> phone_nodes() noexcept;
std::span<const CallingCode> calling_codes() noexcept;        ///< ascending
std::span<const NumberingPlan> numbering_plans() noexcept;    ///< by country
std::span<const NumberGrouping> number_groupings() noexcept;  ///< by code, then shape

}  // namespace outspan::detect
