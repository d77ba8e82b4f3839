#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/address.h"
#include "core/bytes.h"
#include "core/ledger.h"
#include "core/time.h"

namespace outspan {

/// IANA protocol numbers we treat by name.
namespace ip_protocol {
inline constexpr std::uint8_t kIcmp = 1;
inline constexpr std::uint8_t kTcp = 6;
inline constexpr std::uint8_t kUdp = 17;
inline constexpr std::uint8_t kDccp = 33;
inline constexpr std::uint8_t kAuthentication = 51;
inline constexpr std::uint8_t kIcmpV6 = 58;
inline constexpr std::uint8_t kSctp = 132;
inline constexpr std::uint8_t kUdpLite = 136;
}  // namespace ip_protocol

/// "TCP", "UDP", "ICMP", "IPv6-ICMP", "SCTP", or the number, as EVE has it.
std::string ip_protocol_name(std::uint8_t protocol);

struct Endpoint {
  IpAddress address;
  /// ICMP and ICMPv6: the pseudo ports of Community ID (type, code or counter type).
  std::uint16_t port = 0;
  bool operator==(const Endpoint&) const noexcept = default;
};

/// What is known of a flow without its content.
struct FlowInfo {
  /// Number of the packet that opened the flow, unique within a run and the same for any number of
  /// workers. Of further flows that one packet opens, which of them stands in the bits from 49 on.
  std::uint64_t id = 0;
  std::array<Endpoint, 2> ends;  // by Side
  std::uint8_t ip_protocol = 0;
  std::uint8_t vlan_count = 0;
  std::array<std::uint16_t, 2> vlan{};  // outer first
  /// 0: no tunnel. Otherwise a number that identifies the tunnel (kind and VNI / TEID / key).
  std::uint32_t tunnel = 0;
  Timestamp first_seen{};
  /// The client's side was decided by a SYN and not by who was seen first.
  bool opened_by_syn = false;
};

/// Why bytes cannot be inspected, as whoever proved it says. Static strings: "tls", "quic", "ssh",
/// "encrypted-archive", "pgp", "unsupported", "budget", "loss", ...
class EncryptionInfo {
 public:
  struct Names {
    std::string server_name, ja3, ja4;
  };
  const char* reason = nullptr;  ///< nullptr: the flow is not encrypted

  /// Empty ones where nothing is known, as of most flows.
  [[nodiscard]] const Names& names() const noexcept {
    static const Names kNone;
    return names_ ? *names_ : kNone;
  }
  [[nodiscard]] Names& names() {
    if (!names_) names_ = std::make_unique<Names>();
    return *names_;
  }

 private:
  std::unique_ptr<Names> names_;
};

/// Something built to hide, or impossible: worth an `anomaly` event.
struct Anomaly {
  /// A static identifier: "tcp_overlap_differs", "http_conflicting_lengths".
  const char* kind = nullptr;
  /// One sentence about it without any payload byte in it.
  std::string detail;
};

/// Where uninspected bytes of one object are reported ("this upload was an encrypted archive").
/// Flow-level blind spots (TLS, loss) come from the ledger at the flow's end instead.
struct ObjectBlindSpot {
  const char* reason = nullptr;  // see EncryptionInfo::reason
  Side side = Side::client;
  std::uint64_t bytes = 0;
  /// Names as on the wire; the event masks them.
  std::vector<std::string> path;
  /// Of what cannot be read; empty: unknown.
  std::string media_type{};
  /// Files in it, as far as their names can be read.
  std::vector<std::string> names{};
};

class FlowContext;

/// Receives what stages notice about a flow besides its content. One per worker.
class FlowObserver {
 public:
  virtual ~FlowObserver() = default;
  virtual void on_anomaly(const FlowContext& flow, Side side, Anomaly anomaly) noexcept = 0;
  virtual void on_blind_spot(const FlowContext& flow, ObjectBlindSpot blind_spot) noexcept = 0;
};

/// A flow as the stages after flow/ see it; lives as long as the flow.
/// Thread: the worker that owns the flow.
class FlowContext {
 public:
  FlowContext(const FlowInfo& flow_info, FlowAccount& flow_account, FlowObserver& flow_observer,
              bool is_branch = false) noexcept
      : info(flow_info), account(flow_account), observer(flow_observer), branch(is_branch) {}
  FlowContext(const FlowContext&) = delete;
  FlowContext& operator=(const FlowContext&) = delete;

  const FlowInfo& info;
  /// A branch (see `branch`) has an account of its own that leads to no ledger.
  FlowAccount& account;
  FlowObserver& observer;

  /// This is the second version of a stream whose segments disagreed: it is read for what it
  /// holds, but its bytes are nobody's bytes in the ledger, it reports no flow-level events, and a
  /// value counts only if the main version did not have it.
  const bool branch;

  /// The packet being worked on; kept up to date by flow/.
  Position now;
  /// Its IP packet, for classifiers that want headers; empty where there is none (timeouts,
  /// segments that waited). Borrowed until the sink's call returns.
  Bytes ip_packet;

  EncryptionInfo encryption;

  /// Objects that have ended on the wire and wait for workers that open files of theirs. A flow
  /// that is over is kept until there are none.
  std::uint32_t objects_waiting = 0;

  /// Set by a sink that has no more use for the bytes of a side (one that is not inspected and has
  /// no control data): flow/ then keeps no segments for it and delivers nothing, and only accounts.
  std::array<bool, 2> unwanted{};

  [[nodiscard]] Direction direction(Side side) const noexcept { return account.direction(side); }
  [[nodiscard]] bool inspected(Side side) const noexcept { return account.inspected(side); }
};

}  // namespace outspan
