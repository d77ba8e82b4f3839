#pragma once

#include <compare>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>

#include "report/facts.h"

namespace outspan::report {

/// Events in, facts out. The order of events matters for incidents and ledgers alone: what comes
/// later replaces what came before.
///
/// Memory: kIncidentsMax incidents, of which the most serious are kept; kRowsMax rows of indexes;
/// rankings of 4,096 keys. What goes beyond is counted.
class Collector {
 public:
  static constexpr std::size_t kIncidentsMax = 2'000;
  static constexpr std::size_t kRowsMax = 1'000'000;

  /// Events outside of these are passed over.
  explicit Collector(Timestamp since = Timestamp::min(), Timestamp until = Timestamp::max())
      : since_(since), until_(until) {}

  /// One event as JSON, as docs/events.md has it. What is none is counted.
  void add_line(std::string_view line);
  void add_unreadable(std::uint64_t lines) { facts_.unreadable += lines; }

  [[nodiscard]] Facts facts() const;

 private:
  /// Less serious first.
  struct Rank {
    config::Severity severity;
    std::uint64_t size;
    std::string id;
    auto operator<=>(const Rank&) const = default;
  };
  /// Of one build of an index.
  struct Rows {
    std::unordered_set<std::uint64_t> rows;
    std::uint64_t most = 0;  // in one incident
    std::uint64_t canaries = 0;
    bool at_least = false;
  };
  static Rank rank_of(const IncidentFacts& incident);

  void add(const Json& event);
  void add_alert(const Json& event);
  void add_rows(const Json& event);
  void add_blind_spot(const Json& event);

  Timestamp since_, until_;
  Facts facts_;
  LedgerSum ledger_;
  std::map<std::string, IncidentFacts> incidents_;
  std::set<Rank> ranks_;
  std::map<std::pair<std::string, std::string>, Rows> rows_;  // by index and when it was built
  std::size_t rows_held_ = 0;
};

}  // namespace outspan::report
