#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"

/// Reads the JSON form of events (docs/events.md). What is missing, or is of another type than it
/// should be, reads as empty: lines may come from anywhere.
namespace outspan::report {

using Json = nlohmann::json;

inline constexpr std::size_t kTextBytesMax = 240;

/// nullopt: the line is no event.
std::optional<Json> parse_event(std::string_view line);

/// An empty object where there is none.
const Json& object_in(const Json& json, const char* key);
/// An empty array where there is none.
const Json& array_in(const Json& json, const char* key);
/// One printable line of at most kTextBytesMax bytes.
std::string text_in(const Json& json, const char* key);
std::string text_of(const Json& json);
/// 0 where there is no whole number from 0 on.
std::uint64_t number_in(const Json& json, const char* key);
std::uint64_t number_of(const Json& json);
bool flag_in(const Json& json, const char* key);
std::optional<Timestamp> time_in(const Json& json, const char* key);

/// Sums of numbers that anybody may have written stay at the largest number.
constexpr std::uint64_t add_capped(std::uint64_t a, std::uint64_t b) noexcept {
  return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

}  // namespace outspan::report
