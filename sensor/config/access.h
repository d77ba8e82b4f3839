#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/address.h"
#include "core/time.h"

namespace outspan::config {

/// People who do the same work.
struct AccessGroup {
  std::string name;
  PrefixSet networks;
  std::vector<std::string> users;  ///< patterns: `*` stands for any run of characters
};

/// Work that was announced.
struct AccessExpected {
  std::string puller = "*";  ///< pattern for a user, a host or an address
  std::string source = "*";  ///< pattern
  Timestamp until{};         ///< the end of its last day
  std::string until_text;    ///< that day, as given
};

/// Who pulls more customers inside than is usual. At work where there is an index and the direction
/// `internal` is inspected.
struct Access {
  bool enabled = true;
  std::vector<AccessGroup> groups;
  std::vector<AccessExpected> expected;
  /// The ratio that an alarm needs is chosen so that there are so many; 0: it is 2.
  std::uint32_t alarms_per_week = 0;
  std::uint64_t pullers = 100'000;
  std::uint64_t memory_mib = 256;
  Duration utc_offset{};  ///< of local time
  Duration day_start{};   ///< after local midnight
  /// Keyed pseudonyms instead of user names.
  bool pseudonyms = false;
};

/// "+01:00"; the inverse of what `access.utc_offset` reads.
std::string offset_text(Duration offset);
/// An item of `access.expected`, with a line feed before it.
std::string expected_text(const AccessExpected& expected);

}  // namespace outspan::config
