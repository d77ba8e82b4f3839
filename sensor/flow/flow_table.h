#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "core/clock.h"
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
  /// The clock is going to make these steps: somebody set it forward, or nothing was captured for
  /// so long. A connection that goes on within seconds after one is not too old.
  void clock_steps(std::span<const ClockStep> steps) noexcept;
  /// Ends flows whose timeout has passed and reports pauses to sinks. A `clock` that is a little
  /// earlier is taken for the latest one; one that was set back (kClockStep) makes no flow older.
  void advance(Position clock) noexcept;
  /// Ends all flows, in the order they were opened.
  void finish(Position clock) noexcept;
  /// Who is inside, for flows that are opened from now on: a flow keeps its directions.
  void use_home(const PrefixSet& home) { services_.home = home; }

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
  void jump(Duration moved) noexcept;
  void make_steps(Timestamp time) noexcept;
  [[nodiscard]] FlowRecord* find(const decode::Datagram& datagram, Side& sender) const noexcept;
  [[nodiscard]] bool is_too_old(const FlowRecord& flow, Side sender,
                                const decode::Datagram& datagram) const noexcept;
  FlowRecord& open(const decode::Datagram& datagram, Side& sender) noexcept;
  void message(FlowRecord& flow, Side side, const decode::Datagram& datagram) noexcept;
  void alternative(FlowRecord& flow, Side side, const decode::Datagram& datagram) noexcept;
  void learn_client(FlowRecord& flow, Side& sender, const decode::Datagram& datagram) noexcept;
  void touch(FlowRecord& flow) noexcept;
  void weigh(FlowRecord& flow) noexcept;
  void make_room(const FlowRecord* keep) noexcept;
  void count_sides(const FlowRecord& flow) noexcept;
  void close(FlowRecord& flow, CloseReason reason) noexcept;
  void end(FlowRecord& flow, CloseReason reason) noexcept;
  [[nodiscard]] FlowRecord* oldest() const noexcept;
  [[nodiscard]] ChargingAccount account_of(const FlowInfo& info) const noexcept;
  [[nodiscard]] Duration timeout(FlowClass flow_class) const noexcept;
  /// What a flow's age is measured by: just after a step, connections are not too old.
  [[nodiscard]] Timestamp clock_for(FlowClass flow_class) const noexcept {
    const bool connection = flow_class <= FlowClass::tcp_closed;
    return connection && clock_ < patient_until_ ? clock_ - jump_ : clock_;
  }
  [[nodiscard]] Timestamp packet_time(Timestamp clock) const noexcept { return clock - ahead_; }

  FlowServices services_;
  FlowListener& listener_;
  TcpOrder order_;
  FlowPool pool_;
  FlowIndex index_;
  std::array<FlowList<&FlowRecord::age>, kFlowClasses> ages_;
  FlowList<&FlowRecord::quiet> quiet_;  // of flows that were stirred: waiting for a pause
  FlowList<&FlowRecord::quiet> idle_;   // of those that somebody reads: had it
  /// Flows that are in no index or list any more. As many as there are objects that wait, at most.
  std::vector<std::pair<FlowRecord*, CloseReason>> waiting_;
  /// For the age of flows: it never goes back, and jumps no farther than a timeout is long. Packet
  /// time is `ahead_` less.
  Timestamp clock_{};
  Duration ahead_{};
  std::vector<ClockStep> steps_;  // to come
  /// How far the clock last went on at once, and until when flows are given the benefit of it.
  Duration jump_{};
  Timestamp patient_until_{};
  std::uint64_t active_ = 0;
};

}  // namespace outspan::flow
