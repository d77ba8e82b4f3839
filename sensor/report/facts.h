#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "report/incident_facts.h"
#include "report/ledger_sum.h"
#include "report/ranking.h"

namespace outspan::report {

/// Customers of one build of an index, over all incidents.
struct IndexFacts {
  std::string index, built_at;
  std::uint64_t distinct = 0;
  bool at_least = false;  ///< not all of them were named by the events
  std::uint64_t canaries = 0;
};

/// From one name to another.
struct Way {
  std::string from, to;
  std::uint64_t amount = 0;
};

struct Bucket {
  std::chrono::sys_seconds start{};
  std::uint64_t incidents = 0, amount = 0;
};

/// Everything that a report says, in the order of its sections.
struct Facts {
  std::uint64_t events = 0, unreadable = 0;
  std::map<std::string, std::uint64_t> sensors;  ///< events of each
  Timestamp first{}, last{};

  std::vector<IndexFacts> indexes;
  Ranking columns;  ///< customers, by "index: column"
  Ranking values;   ///< different values, by signature
  std::vector<Bucket> over_time;
  std::chrono::seconds bucket{};

  Ranking senders, receivers;
  std::vector<Way> ways;  ///< most first
  Ranking protocols, paths, media_types;

  bool has_ledger = false;
  LedgerFacts ledger;
  Ranking blind_spots;   ///< bytes, by reason and destination
  Ranking reasons;       ///< bytes, by reason
  Ranking server_names;  ///< encrypted bytes, by server name

  std::vector<IncidentFacts> incidents;  ///< most serious first
  std::uint64_t incidents_left_out = 0;

  Ranking anomalies, notices;  ///< by kind
};

}  // namespace outspan::report
