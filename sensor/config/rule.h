#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/output.h"
#include "core/address.h"
#include "core/ledger.h"
#include "core/time.h"

namespace outspan::config {

/// Over what a rule counts.
enum class Within : std::uint8_t { object, flow, host };
std::string_view to_string(Within within) noexcept;

/// With Within::host: whose window it is.
enum class Per : std::uint8_t { source, destination, network };
std::string_view to_string(Per per) noexcept;

/// A rule counts different values ...
struct RuleValues {
  /// Signature ids, a trailing `*` matches the rest ("national-id-*"). Any of them counts.
  std::vector<std::string> signatures;
  /// Where they stand ("sensor.yaml:14:5"), for the one who knows which signatures there are.
  std::string where;
  /// Hits below this confidence (0..100) do not count.
  std::uint32_t min_confidence = 50;
  /// Over all the signatures of the rule.
  std::uint64_t distinct = 1;
};

/// ... or customers ...
struct RuleRecords {
  /// Names of indexes.
  std::vector<std::string> fingerprints;
  std::string where;
  /// Columns that count; empty: all of the index.
  std::vector<std::string> columns;
  /// Those that have to be among them.
  std::vector<std::string> all;
  /// So many of them have to stand together.
  std::uint32_t any = 2;
  std::uint64_t distinct = 1;
  /// Only planted customers.
  bool canary = false;
  /// With `any: 1`: values that could be some customer's by chance count as well. Without, they
  /// count where they are far more than chance.
  bool weak = false;
};

/// ... or is about objects that cannot be read, such as encrypted archives.
struct RuleBlindSpots {
  /// `*` at the end of one: whatever follows.
  std::vector<std::string> reasons;
  /// At least.
  std::uint64_t bytes = 1;
};

/// What is an incident. Its options are rows of the tables in option_table.h, which the reader,
/// `config show`, the starter file and the identity of a rule walk.
struct Rule {
  std::string id;
  std::string description;
  Severity severity = Severity::medium;

  using Values = RuleValues;
  using Records = RuleRecords;
  using BlindSpots = RuleBlindSpots;

  struct When {
    std::variant<Values, Records, BlindSpots> what;
    /// Empty: every inspected direction.
    std::vector<Direction> direction;
    /// Application protocol names; empty: any.
    std::vector<std::string> protocols;
    PrefixSet sources;                         ///< empty: any
    PrefixSet destinations;                    ///< empty: any
    Within within = Within::object;            ///< blind spots: the object
    Duration window = std::chrono::hours(24);  ///< with Within::host
    Per per = Per::source;                     ///< with Within::host

    /// nullptr: the rule is about something else.
    [[nodiscard]] const Values* values() const noexcept { return std::get_if<Values>(&what); }
    [[nodiscard]] const Records* records() const noexcept { return std::get_if<Records>(&what); }
    [[nodiscard]] const BlindSpots* blind_spots() const noexcept {
      return std::get_if<BlindSpots>(&what);
    }
  } when;

  /// Any of them keeps the hit from counting. Patterns: `*` stands for any run of characters.
  struct Except {
    PrefixSet sources;
    PrefixSet destinations;
    std::vector<std::string> email_from;
    std::vector<std::string> email_to;  ///< all recipients must match
    std::vector<std::string> hostnames;
    std::vector<std::string> values;  ///< clear text of values that may leave
    /// Ids of other rules: where one of their incidents reports it already.
    std::vector<std::string> rules;
  } except;
};

}  // namespace outspan::config
