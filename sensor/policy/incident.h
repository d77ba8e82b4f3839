#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "core/address.h"
#include "core/app_protocol.h"
#include "core/flow_context.h"
#include "core/ledger.h"
#include "core/masked.h"
#include "core/order_key.h"
#include "core/time.h"
#include "fingerprint/find/record_hit.h"
#include "fingerprint/index/column.h"
#include "policy/index_labels.h"

namespace outspan::policy {

/// A flow seen from the sender of the bytes in question: what every event about traffic starts
/// with.
struct FlowLabel {
  std::uint64_t flow_id = 0;
  Direction direction = Direction::outbound;
  Endpoint source;
  Endpoint destination;
  std::uint8_t ip_protocol = 0;
  AppProtocol app;
  std::string community_id;
  std::vector<std::uint16_t> vlan;
};

enum class IncidentState : std::uint8_t { opened, updated, closed };  // "new", "update", "closed"

struct Matches {
  std::string signature;  ///< its id
  std::uint64_t count = 0;
  std::uint64_t distinct = 0;
  /// `distinct` is a HyperLogLog estimate: the exact set reached its limit.
  bool estimated = false;
  std::vector<Masked> samples;
};

/// Customers of an index whose records were found.
struct Records {
  std::string index;  ///< its name
  std::string built_at, key_id;
  std::uint64_t distinct = 0;
  bool estimated = false;
  /// Records with a value in each column, by the column's name.
  std::vector<std::pair<std::string, std::uint64_t>> columns;
  /// Of the source, from 1, ascending; at most Alerts::max_rows.
  std::vector<std::uint64_t> rows;
  /// Instead of rows, when Alerts::row_pseudonyms asks for them.
  bool by_pseudonym = false;
  std::vector<std::uint64_t> pseudonyms;
  bool rows_truncated = false;
  std::uint64_t canaries = 0;
  /// Of `distinct`, where some are there only because they are too many for chance: how many chance
  /// explains all the same.
  std::optional<std::uint64_t> by_chance;
};

struct Actor {
  Masked user, email_from, hostname;
  Masked program{}, address{};
};
struct Destination {
  Masked hostname, url;
  std::vector<Masked> email_to;
};
struct ObjectLabel {
  std::vector<Masked> path;
  std::string media_type;
  std::uint64_t bytes = 0;  ///< wire bytes so far
  std::string sha256;       ///< only once closed
};

/// What could not be read, for rules about blind spots.
struct Unread {
  std::string reason;  ///< see ObjectBlindSpot::reason
  std::uint64_t bytes = 0;
  std::vector<Masked> names;  ///< of files in it
};

/// Who pulled more customers inside than is usual, in the numbers that this rests on.
struct Access {
  std::string identity;  ///< what the puller is known by: "user", "user-at-host", "host", "address"
  IpAddress address;
  Masked user, host;
  Masked source, program, usual_program;
  std::string window;  ///< "day", "7 days"
  std::uint64_t distinct = 0;
  bool estimated = false;
  std::uint64_t own_high = 0, own_days = 0;
  Masked group;
  std::uint64_t members = 0, p90_high = 0, highest = 0;
  std::uint64_t busy = 100, ratio = 0, needed = 0;  ///< hundredths
  std::vector<std::string> fresh;                   ///< "source", "program", "hour"
  std::uint64_t peers_with_source = 0;
  bool learning = false, machine = false;
  Masked sentence;
};

/// Counts the sets of rules and signatures, and those of indexes, that a live sensor has used since
/// it started, from 1; 0: there can only be one.
struct Generation {
  std::uint32_t rules = 0;
  std::uint32_t indexes = 0;
  bool operator==(const Generation&) const = default;
};

/// One rule that fired for one object, flow or host. Holds no wire text that is not masked.
struct Incident {
  OrderKey order;
  Timestamp time{};
  /// The same for every state of the incident and for every run over the same capture.
  std::string id;
  IncidentState state = IncidentState::opened;
  /// Counts the events of the incident from 0, over a restart as well.
  std::uint32_t sequence = 0;
  std::string rule_id;
  std::string rule_description;
  config::Severity severity = config::Severity::medium;
  /// Within::host: of the latest hit.
  FlowLabel flow;
  Actor actor;
  Destination destination;
  std::optional<ObjectLabel> object;
  std::vector<Matches> matches;
  std::vector<Records> records;
  std::vector<Unread> unread;  ///< by reason
  std::optional<Access> access;
  Generation generation;  ///< of what it was judged by
  /// Within::host only: flows that took part.
  std::uint64_t flows = 1;
  std::uint64_t first_packet = 0;
  std::uint64_t last_packet = 0;
  /// content::Object::number of the latest hit. 0: none, or it is known to nobody but its pipeline.
  std::uint64_t object_number = 0;
};

/// Hits that neither their object nor their flow lifts above chance, for all that the sender sends
/// to be judged together.
struct HostDoubts {
  std::vector<fingerprint::Tried> tried;     ///< since the flow's last ones
  std::vector<fingerprint::RecordHit> hits;  ///< without their values
  std::vector<std::uint32_t> rules;          ///< that count them, as indexes in Config::rules
};

/// Where records were pulled from, and with what.
struct Pulled {
  Masked source;   ///< what the server calls it; empty: its address says it
  Masked program;  ///< empty: nobody said
};

/// What one window of text adds to a rule that counts within a host: a host's flows are spread over
/// the pipelines, so HostWindows counts them where their records come together.
struct HostHits {
  OrderKey order;
  Timestamp time{};
  std::uint32_t rule = 0;  ///< index in Config::rules
  /// Whose window it is: the sender, the receiver, or nobody's for the whole network.
  IpAddress host;
  FlowLabel flow;
  Actor actor;
  Destination destination;
  std::uint64_t first_packet = 0;
  std::uint64_t last_packet = 0;
  std::uint64_t object_number = 0;  ///< content::Object::number

  struct PerSignature {
    std::uint16_t signature = 0;
    std::uint64_t count = 0;
    std::vector<std::uint64_t> value_ids;  ///< a value may be in it again
    std::vector<Masked> samples;
  };
  std::vector<PerSignature> signatures;  ///< in order of appearance

  /// A record that counts for a rule about customers.
  struct Record {
    std::uint16_t index = 0;
    fingerprint::RowNumber row = 0;
    std::uint64_t record_id = 0;
    fingerprint::ColumnMask columns = 0;
    bool canary = false;
  };
  std::vector<Record> records;
  IndexLabelsPtr labels;  ///< with records and doubts: what their numbers mean
  /// Instead of all these: `rule` means nothing, and `host` is the sender.
  std::shared_ptr<const HostDoubts> doubts;
  /// Records that an answer inside brought to who asked, for access/: `rule` means nothing, and
  /// `host` is the receiver.
  std::shared_ptr<const Pulled> pulled;
};

/// A customer's record that was seen in an object, for `record` events: whatever the rules say.
struct Sighting {
  OrderKey order;
  Timestamp time{};
  FlowLabel flow;
  Actor actor;
  Destination destination;
  ObjectLabel object;
  std::string index;
  std::uint64_t row = 0;  ///< from 1; 0: a pseudonym instead
  std::uint64_t pseudonym = 0;
  std::vector<std::string> columns;
  bool canary = false;
  bool answer = false;  ///< to who asked: the actor is the receiver
  std::uint64_t packet = 0;
};

/// Takes what a policy engine has to say, in the order in which it happened.
/// Thread: the pipeline's. OrderKey::sequence is 0: whoever joins the records of a pipeline counts
/// them.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  virtual void on_incident(Incident&& incident) noexcept = 0;
  virtual void on_host_hits(HostHits&& hits) noexcept = 0;
  virtual void on_sighting(Sighting&& sighting) noexcept = 0;
};

}  // namespace outspan::policy
