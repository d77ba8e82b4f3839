#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "config/config.h"
#include "core/time.h"
#include "report/event_json.h"

namespace outspan::report {

/// What a report says about one incident, from its latest event. All text is printable.
struct IncidentFacts {
  struct Match {
    std::string signature;
    std::uint64_t count = 0, distinct = 0;
    bool estimated = false;
    std::string samples;  ///< masked, ", " apart
  };
  struct Records {
    std::string index, built_at;
    std::uint64_t distinct = 0, canaries = 0, by_chance = 0;
    bool estimated = false, has_pseudonyms = false;
    std::vector<std::pair<std::string, std::uint64_t>> columns;
    std::string rows;  ///< "2–40, 57 and more", or pseudonyms
  };
  struct Unread {
    std::string reason, file_names;
    std::uint64_t bytes = 0;
  };

  std::string id, state, rule, description, sensor;
  config::Severity severity = config::Severity::low;
  Timestamp first{}, last{};
  std::string direction, app_proto, community_id;
  std::string source, source_address;            ///< with and without port
  std::string destination, destination_address;  ///< with and without port
  std::uint64_t flows = 1;
  std::string user, email_from, hostname, program, client_address;
  std::string to_hostname, url;
  std::vector<std::string> email_to;  ///< at most kReceiversMax
  std::uint64_t email_to_more = 0;
  std::vector<std::string> path;
  std::string media_type, sha256;
  std::uint64_t object_bytes = 0;
  std::vector<Match> matches;
  std::vector<Records> records;
  std::vector<Unread> unread;
  std::string capture_file;
  std::string evidence_file;  ///< only its `new` event names it
  std::uint64_t first_packet = 0, last_packet = 0;

  /// Customers where customers are counted; otherwise the different values of the signature that
  /// has most.
  [[nodiscard]] std::uint64_t size() const noexcept;
  /// Who sent it, and where to, as one name each.
  [[nodiscard]] std::string sender() const;
  [[nodiscard]] std::string receiver() const;
  [[nodiscard]] std::string path_text() const;
};

inline constexpr std::size_t kReceiversMax = 5;
inline constexpr std::size_t kKindsMax = 16;  ///< of matches, indexes, columns and reasons

IncidentFacts read_incident(const Json& event);

}  // namespace outspan::report
