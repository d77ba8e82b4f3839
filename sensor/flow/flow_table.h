#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "core/stats.h"
#include "decode/datagram.h"
#include "flow/flow_index.h"
#include "flow/flow_list.h"
#include "flow/flow_options.h"
#include "flow/flow_pool.h"
#include "flow/flow_services.h"
#include "flow/stream_sink.h"
#include "flow/tcp_order.h"

namespace outspan::flow {

/// All flows of one shard: finds the flow of a datagram, opens and ends flows, puts TCP in order
/// and hands the bytes to the flows' sinks.
///
/// Thread:  one at a time.
/// Owns:    the flows. The references given outlive the table.
/// Order:   process in packet order, with an advance before each batch, then one finish.
class FlowTable {
 public:
  FlowTable(const FlowOptions& options, Ledger& ledger, StreamHandler& handler,
            FlowObserver& observer, FlowListener& listener);
  ~FlowTable();
  FlowTable(const FlowTable&) = delete;
  FlowTable& operator=(const FlowTable&) = delete;

  void process(const decode::Datagram& datagram) noexcept;
  /// The same, faster: memory of later datagrams' flows is fetched ahead.
  void process(std::span<const decode::Datagram> datagrams) noexcept;
  /// Ends flows whose timeout has passed and tells sinks of pauses. Time never goes back: an
  /// earlier `clock` is taken for the latest one.
  void advance(Position clock) noexcept;
  /// Ends all flows, in the order they were opened.
  void finish(Position clock) noexcept;
  /// Ends, for the listener, flows that were over but whose objects waited for workers
  /// (FlowContext::objects_waiting), if they no longer do.
  void end_waiting() noexcept;

  void report(Stats& stats) const;
  [[nodiscard]] std::uint64_t active() const noexcept { return active_; }
  /// Of records and index, without what inspected flows hold (see Budget for that).
  [[nodiscard]] std::uint64_t table_bytes() const noexcept {
    return pool_.reserved_bytes() + index_.reserved_bytes();
  }

 private:
  void set_clock(Position clock) noexcept;
  [[nodiscard]] FlowRecord* find(const decode::Datagram& datagram, Side& sender) const noexcept;
  FlowRecord& open(const decode::Datagram& datagram, Side& sender) noexcept;
  void message(FlowRecord& flow, Side side, const decode::Datagram& datagram) noexcept;
  void alternative(FlowRecord& flow, Side side, const decode::Datagram& datagram) noexcept;
  void learn_client(FlowRecord& flow, Side& sender, const decode::Datagram& datagram) noexcept;
  void touch(FlowRecord& flow) noexcept;
  void close(FlowRecord& flow, CloseReason reason) noexcept;
  void end(FlowRecord& flow, CloseReason reason) noexcept;
  [[nodiscard]] FlowRecord* oldest() const noexcept;
  [[nodiscard]] FlowAccount account_of(const FlowInfo& info) const noexcept;
  [[nodiscard]] Duration timeout(FlowClass flow_class) const noexcept;

  FlowServices services_;
  FlowListener& listener_;
  TcpOrder order_;
  FlowPool pool_;
  FlowIndex index_;
  std::array<FlowList<&FlowRecord::age>, kFlowClasses> ages_;
  FlowList<&FlowRecord::quiet> quiet_;
  /// Flows that are in no index or list any more. As many as there are objects that wait, at most.
  std::vector<std::pair<FlowRecord*, CloseReason>> waiting_;
  Timestamp clock_{};
  std::uint64_t active_ = 0;
};

}  // namespace outspan::flow
