#pragma once

#include <cstdint>

#include "decode/datagram.h"
#include "flow/flow_record.h"
#include "flow/flow_services.h"

namespace outspan::flow {

/// Puts the segments of TCP connections in order, and accounts for each stream byte once.
///
/// Bytes in order go to the sink without a copy. Others wait, within the budgets; a hole is given
/// up when the other side has acknowledged it and it still does not come (a SPAN port may show the
/// ACK first), when a budget is reached, or at the end. A segment that acknowledges bytes of the
/// other side which we have not seen waits for them too, so that an answer is never delivered
/// before its question, however the capture shuffled them.
class TcpOrder {
 public:
  explicit TcpOrder(FlowServices& services) noexcept : services_(services) {}

  void segment(FlowRecord& flow, Side side, const decode::Datagram& datagram) noexcept;
  /// Another version of the segment before it: read where it differs, counted nowhere.
  void alternative(FlowRecord& flow, Side side, const decode::Datagram& datagram) noexcept;
  /// Nothing came for the pause timeout: stop waiting for what is surely not coming.
  void pause(FlowRecord& flow) noexcept;
  /// The flow ends: delivers what waits, holes and all, and accounts for what is known missing.
  void flush(FlowRecord& flow) noexcept;

  /// Whether the segment can belong to the connection that `flow` is.
  static bool plausible(const TcpSide& side, std::uint32_t sequence) noexcept;
  /// Frees the waiting segments (all were delivered or given up).
  void forget(FlowRecord& flow) noexcept;

 private:
  /// A run of stream bytes, or of their places only.
  struct Run {
    std::uint64_t position = 0;
    std::uint32_t length = 0;
    const std::uint8_t* data = nullptr;  // nullptr: truncated
    std::uint64_t needs = 0;
    [[nodiscard]] std::uint64_t end() const noexcept { return position + length; }
    [[nodiscard]] Run from(std::uint64_t at) const noexcept {
      const auto cut = static_cast<std::uint32_t>(at - position);
      return {at, length - cut, data == nullptr ? nullptr : data + cut, needs};
    }
    [[nodiscard]] Run until(std::uint64_t at) const noexcept {
      return {position, static_cast<std::uint32_t>(at - position), data, needs};
    }
  };

  // tcp_order.cpp: what a packet says.
  void learn_start(FlowRecord& flow, Side side, const decode::Datagram& datagram) noexcept;
  void note_acknowledgment(FlowRecord& flow, Side acked, std::uint32_t ack, bool with_syn) noexcept;
  void payload(FlowRecord& flow, Side side, std::uint32_t sequence,
               const decode::Datagram& datagram) noexcept;
  void note_fin(FlowRecord& flow, Side side, std::uint32_t sequence) noexcept;
  void out_of_window(FlowRecord& flow, Side side, std::uint32_t sequence,
                     const decode::Datagram& datagram) noexcept;
  bool resynchronise(FlowRecord& flow, Side side, std::uint32_t sequence) noexcept;
  static bool keeps_alive(const FlowRecord& flow, Side side, const Run& run) noexcept;
  void rewind(FlowRecord& flow, Side side, const Run& run) noexcept;
  bool early(FlowRecord& flow, Side side, Run& run) noexcept;

  // tcp_deliver.cpp: what becomes of the bytes.
  void accept(FlowRecord& flow, Side side, Run run) noexcept;
  void compare(FlowRecord& flow, Side side, const Run& old, const Run& whole) noexcept;
  void fill(FlowRecord& flow, Side side, Run run) noexcept;
  void keep(FlowRecord& flow, Side side, Run run) noexcept;
  void keep_alternative(FlowRecord& flow, Side side, const Run& run) noexcept;
  void fix_start(FlowRecord& flow, Side side) noexcept;
  [[nodiscard]] static bool blocked(const FlowRecord& flow, Side side,
                                    std::uint64_t needs) noexcept;
  bool drain(FlowRecord& flow, Side side) noexcept;
  void deliver_first(FlowRecord& flow, Side side) noexcept;
  void deliver(FlowRecord& flow, Side side, const Run& run, bool live) noexcept;
  void deliver_part(FlowRecord& flow, Side side, const Run& run, bool live) noexcept;
  void gap(FlowRecord& flow, Side side, std::uint64_t missing_bytes, Column column) noexcept;
  void settle(FlowRecord& flow) noexcept;
  [[nodiscard]] bool due(const FlowRecord& flow, Side side) const noexcept;
  void watch(FlowRecord& flow, Side side) noexcept;
  void give_up(FlowRecord& flow, Side side, bool only_acknowledged) noexcept;
  void flush_side(FlowRecord& flow, Side side) noexcept;
  [[nodiscard]] bool wants_data(const FlowRecord& flow, Side side) const noexcept;

  FlowServices& services_;
};

}  // namespace outspan::flow
