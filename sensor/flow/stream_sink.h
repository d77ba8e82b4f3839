#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "core/bytes.h"
#include "core/flow_context.h"

namespace outspan::flow {

/// Why a flow ended.
enum class CloseReason : std::uint8_t { fin, reset, timeout, evicted, end_of_capture };
std::string_view to_string(CloseReason reason) noexcept;

/// Receives the bytes of one flow: TCP in sequence order, anything else message by message. The
/// hand-over from flow/ (which orders) to protocol/ (which understands).
///
/// Calls:   any mix of the others, then one on_close, also on timeout and eviction.
/// Thread:  the worker that runs the flow's pipeline; implementations need no lock.
/// Borrows: bytes are valid until the call returns. Copy what you keep.
/// Ledger:  bytes are in the flow's account (the side's current column) before the call.
class StreamSink {
 public:
  virtual ~StreamSink() = default;

  /// TCP. `offset`: bytes since the first byte seen of this side.
  virtual void on_data(Side side, std::uint64_t offset, Bytes bytes) noexcept = 0;
  /// TCP: lost on the wire, cut by the snap length or dropped for memory. No match may span it.
  virtual void on_gap(Side side, std::uint64_t offset, std::uint64_t missing_bytes) noexcept = 0;
  /// Everything but TCP: one message (UDP datagram, ICMP body, SCTP packet body...).
  virtual void on_datagram(Side side, Bytes bytes) noexcept = 0;
  /// The flow was silent for Timeouts::pause: scan what is pending.
  virtual void on_pause() noexcept = 0;
  virtual void on_close(CloseReason reason) noexcept = 0;
  /// What the sink and all after it keep for the flow between calls, itself included: a bound, not
  /// to the byte. Asked after each call, so it must be cheap.
  [[nodiscard]] virtual std::uint64_t held_bytes() const noexcept { return 0; }
};

/// Opens the sink of a flow, at its first payload byte, when at least one of its sides is
/// inspected. For a branch (FlowContext::branch) it is called once more, and the new sink is given
/// the stream again from where flow/ still has it, with the other version of the bytes.
/// `flow` outlives the sink. nullptr: nobody is interested (everything is then accounted only).
class StreamHandler {
 public:
  virtual ~StreamHandler() = default;
  virtual std::unique_ptr<StreamSink> open(FlowContext& flow) noexcept = 0;
};

/// A flow that ended, for `flow` and `blindspot` events.
struct FlowEnd {
  const FlowContext& flow;
  CloseReason reason = CloseReason::timeout;
  Timestamp last_seen{};
  std::array<std::uint64_t, 2> packets{};  // by Side
  std::array<std::uint64_t, 2> gaps{};     // holes, not bytes: bytes are in the account
  /// Lower-case hex; empty unless asked for. Of the reassembled bytes of each side, holes left out.
  std::array<std::string, 2> sha256;
};

class FlowListener {
 public:
  virtual ~FlowListener() = default;
  virtual void on_flow_end(const FlowEnd& end) noexcept = 0;
};

}  // namespace outspan::flow
