#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/ledger.h"
#include "core/masked.h"
#include "core/order_key.h"
#include "core/stats.h"
#include "core/time.h"
#include "evidence/evidence_file.h"
#include "policy/incident.h"

/// Everything the sensor says, as values. Wire text is in here only as Masked, so a formatter has
/// nothing that it could leak.
namespace outspan::alert {

/// An outbound flow or object that could not be inspected.
struct BlindSpotEvent {
  policy::FlowLabel flow;
  std::string reason;  // "tls", "quic", "ssh", "encrypted-archive", "budget", "loss", ...
  std::uint64_t bytes = 0;
  Masked server_name;
  std::string ja3, ja4;
  policy::Actor actor;
  policy::Destination destination;
  std::optional<policy::ObjectLabel> object;
  std::vector<Masked> names;  // of files in it
  /// How many it is the sum of, each too small for an event of its own. 0: it is one.
  std::uint64_t count = 0;
};

struct AnomalyEvent {
  policy::FlowLabel flow;
  std::string kind;
  std::string detail;  // a sentence that the sensor wrote, no wire text
};

struct FlowEvent {
  policy::FlowLabel flow;  // from the client
  Timestamp start{}, end{};
  std::string reason;
  struct SideReport {
    Direction direction = Direction::outbound;
    std::uint64_t packets = 0;
    std::uint64_t gaps = 0;
    Columns bytes;
    std::string sha256;
    std::uint64_t framing = 0;    // of bytes[Column::inspected]
    std::uint64_t unclaimed = 0;  // of bytes[Column::skipped]
  };
  std::array<SideReport, 2> sides;  // to server, to client
};

struct ObjectEvent {
  policy::FlowLabel flow;
  policy::Actor actor;
  policy::Destination destination;
  policy::ObjectLabel object;
  std::uint64_t text_bytes = 0, opaque_bytes = 0, skipped_bytes = 0;
  std::string opaque_reason;
  bool complete = true;
};

/// Something that was on the wire, or in the capture, and is not in the ledger.
struct Missing {
  std::string reason;  // "kernel-drops", "link-type", "ethertype", "ip-protocol", "interrupted" ...
  std::string subject;  // of the reason: the number of the link type; empty: there is one only
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;  // 0: not known
  std::string detail;       // a sentence without payload
};

struct LedgerEvent {
  std::array<Columns, kDirections> by_direction;
  /// By name, ascending.
  std::vector<std::pair<std::string, Columns>> by_app_proto;
  /// Empty: everything that was on the wire is in here.
  std::vector<Missing> missing;
  /// Of all directions: the reasons of each column, by name, ascending.
  std::array<std::vector<std::pair<std::string, std::uint64_t>>, kColumns> by_reason;
};

struct StatsEvent {
  Stats stats;
};

/// What the sensor did or could not do by itself: an index was refreshed, or refused.
struct NoticeEvent {
  std::string kind;    // "fingerprints_refreshed", "fingerprints_refused", ...
  std::string detail;  // a sentence that the sensor wrote
};

using EventBody = std::variant<policy::Incident, policy::Sighting, BlindSpotEvent, AnomalyEvent,
                               FlowEvent, ObjectEvent, LedgerEvent, StatsEvent, NoticeEvent>;

struct Event {
  /// Names the event wherever it goes, so that a receiver who gets it twice can tell. Given at
  /// delivery, see event_id.h.
  std::string id;
  OrderKey order;
  Timestamp time{};
  EventBody body;
  /// Filled in at delivery from packet numbers: alerts name the file and the packets in it.
  std::string capture_file;
  std::uint64_t first_packet = 0, last_packet = 0;
  /// Of an incident that was opened, where evidence is kept.
  std::optional<evidence::EvidenceFile> evidence;
};

/// Whose traffic the event is about; nullptr: nobody's (ledger, stats, notice).
const policy::FlowLabel* flow_of(const Event& event) noexcept;

/// "alert", "record", "blindspot", "anomaly", "flow", "object", "ledger", "stats", "notice".
std::string_view type_name(const Event& event) noexcept;
/// By the body's index in EventBody.
std::string_view type_name(std::size_t body) noexcept;

}  // namespace outspan::alert
