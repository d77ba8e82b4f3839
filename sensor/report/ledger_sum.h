#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "core/ledger.h"
#include "report/event_json.h"

namespace outspan::report {

/// Payload bytes of all runs that the events tell of.
struct LedgerFacts {
  struct Missing {
    std::uint64_t packets = 0, bytes = 0;
    std::string detail;
  };
  std::array<Columns, kDirections> by_direction{};
  std::map<std::string, Columns> by_app_proto;
  std::map<std::string, Missing> missing;  ///< by reason and subject
  Timestamp time{};                        ///< of one ledger, not of a sum

  void add(const LedgerFacts& other);
};

/// Sums up ledger events. Those of one run count from its start, so that only its last one counts;
/// a new run begins where the bytes
/// become fewer, or the time goes back.
/// Memory: kSensorsMax sensors; the rest are counted as one run a ledger.
class LedgerSum {
 public:
  void add(const std::string& sensor, const Json& event);
  [[nodiscard]] LedgerFacts sum() const;
  [[nodiscard]] bool empty() const noexcept { return events_ == 0; }

 private:
  static constexpr std::size_t kSensorsMax = 64;

  LedgerFacts ended_;                       // of runs that are over
  std::map<std::string, LedgerFacts> now_;  // the latest of each sensor
  std::uint64_t events_ = 0;
};

}  // namespace outspan::report
