#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "core/flow_context.h"
#include "core/ledger.h"
#include "core/prefetch.h"
#include "flow/inspection.h"
#include "flow/tcp_side.h"

namespace outspan::flow {

struct FlowRecord;

/// A place in a FlowList.
struct FlowLink {
  FlowRecord* previous = nullptr;
  FlowRecord* next = nullptr;
  Timestamp at{};  ///< when it was put at the end of the list
};

/// Which timeout a flow is under.
enum class FlowClass : std::uint8_t { tcp_opening, tcp_established, tcp_closed, udp, other };
inline constexpr std::size_t kFlowClasses = 5;

/// One flow of the table. What only inspected flows need is in `inspection`, which goes before the
/// account it refers to.
struct alignas(64) FlowRecord {
  FlowRecord(const FlowInfo& flow_info, const ChargingAccount& flow_account) noexcept
      : info(flow_info), account(flow_account) {}

  // In the order of the cache lines: lookup and ageing, account, TCP.
  FlowInfo info;
  Timestamp last_seen{};
  std::unique_ptr<Inspection> inspection;
  FlowLink age;  ///< in the list of its class
  FlowClass flow_class = FlowClass::other;
  bool one_way = false;
  bool reset = false;
  /// Bytes were stored or delivered since the table last looked.
  bool stirred = false;
  bool idle = false;  ///< in the list of flows that had their pause
  std::uint32_t hash = 0;
  ChargingAccount account;
  /// Waiting segments of both sides, as charged to the reassembly budget.
  std::uint64_t stored_bytes = 0;
  std::uint32_t id_in_pool = 0;
  std::array<TcpSide, 2> sides;
  FlowLink quiet;                    ///< in the list of flows that wait for a pause, or had it
  std::uint64_t stirred_packet = 0;  ///< the latest one that stirred it
  std::uint64_t held_bytes = 0;      ///< as entered in HeldMemory

  /// Brings what nearly every packet touches into the cache.
  static void prefetch(const std::byte* record) noexcept {
    for (const std::size_t line : {0, 64, 128, 192, 256, 384}) outspan::prefetch(record + line);
  }

  ~FlowRecord() { inspection.reset(); }
  FlowRecord(const FlowRecord&) = delete;
  FlowRecord& operator=(const FlowRecord&) = delete;

  [[nodiscard]] TcpSide& side(Side which) noexcept { return sides[index(which)]; }
  [[nodiscard]] bool inspected() const noexcept {
    return account.inspected(Side::client) || account.inspected(Side::server);
  }
  [[nodiscard]] bool finished() const noexcept {
    return reset || (sides[0].fin != 0 && sides[1].fin != 0);
  }
};

}  // namespace outspan::flow
