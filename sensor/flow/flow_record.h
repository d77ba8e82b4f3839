#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "core/flow_context.h"
#include "core/ledger.h"
#include "flow/inspection.h"
#include "flow/tcp_side.h"

namespace outspan::flow {

struct FlowRecord;

/// A place in a FlowList.
struct FlowLink {
  FlowRecord* previous = nullptr;
  FlowRecord* next = nullptr;
  Timestamp at{};  ///< when it was put at the end of the list
  bool linked = false;
};

/// Which timeout a flow is under.
enum class FlowClass : std::uint8_t { tcp_opening, tcp_established, tcp_closed, udp, other };
inline constexpr std::size_t kFlowClasses = 5;

/// One flow of the table. What only inspected flows need is in `inspection`.
struct FlowRecord {
  FlowRecord(const FlowInfo& flow_info, const FlowAccount& flow_account) noexcept
      : info(flow_info), account(flow_account) {}

  FlowInfo info;
  FlowAccount account;
  std::array<TcpSide, 2> sides;
  std::unique_ptr<Inspection> inspection;
  /// Waiting segments of both sides, as charged to the reassembly budget.
  std::uint64_t stored_bytes = 0;
  Timestamp last_seen{};
  FlowLink age;    ///< in the list of its class
  FlowLink quiet;  ///< in the list of flows that wait for a pause
  std::uint32_t id_in_pool = 0;
  std::uint32_t hash = 0;
  FlowClass flow_class = FlowClass::other;
  bool one_way = false;
  bool reset = false;
  /// Bytes were stored or delivered since the table last looked.
  bool stirred = false;

  [[nodiscard]] TcpSide& side(Side which) noexcept { return sides[index(which)]; }
  [[nodiscard]] bool inspected() const noexcept {
    return account.inspected(Side::client) || account.inspected(Side::server);
  }
  [[nodiscard]] bool finished() const noexcept {
    return reset || (sides[0].fin != 0 && sides[1].fin != 0);
  }
};

}  // namespace outspan::flow
