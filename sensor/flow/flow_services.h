#pragma once

#include <array>
#include <cstdint>

#include "core/budget.h"
#include "core/flow_context.h"
#include "core/held_memory.h"
#include "core/ledger.h"
#include "flow/flow_options.h"
#include "flow/piece_log.h"
#include "flow/stream_sink.h"

namespace outspan::flow {

/// What a table counts; see the README for what each means.
struct FlowCounters {
  std::uint64_t opened = 0;
  std::array<std::uint64_t, 5> closed{};  // by CloseReason
  std::uint64_t tuples_reused = 0;
  std::uint64_t retransmitted_bytes = 0;
  std::uint64_t out_of_order = 0;
  std::uint64_t out_of_window = 0;
  std::uint64_t resynchronised = 0;
  std::uint64_t keep_alives = 0;
  std::uint64_t early_bytes = 0;
  std::uint64_t gaps = 0;
  std::uint64_t lost_bytes = 0;
  std::uint64_t overlap_differs = 0;
  std::uint64_t branches = 0;
  std::uint64_t branches_refused = 0;
  std::uint64_t overlap_uninspected_bytes = 0;
  std::uint64_t unseen_acked_bytes = 0;
  std::uint64_t tcp_with_payload = 0;  ///< ended flows
  std::uint64_t tcp_one_sided = 0;     ///< of these, without a packet of one side
  std::uint64_t evicted_for_memory = 0;
};

/// What the parts of one FlowTable share.
struct FlowServices {
  FlowServices(const FlowOptions& flow_options, Ledger& flow_ledger, StreamHandler& stream_handler,
               FlowObserver& flow_observer)
      : options(flow_options),
        home(flow_options.home),
        ledger(flow_ledger),
        handler(stream_handler),
        observer(flow_observer),
        reassembly(flow_options.reassembly_bytes - flow_options.reassembly_bytes / 2),
        history(flow_options.reassembly_bytes / 2),
        held(flow_options.held_bytes) {}

  const FlowOptions options;
  PrefixSet home;
  Ledger& ledger;
  StreamHandler& handler;
  FlowObserver& observer;
  /// Half of the memory each: many open streams must not leave waiting segments without any.
  Budget reassembly;
  HistoryMemory history;
  /// What sinks keep for their flows.
  HeldMemory held;
  /// Accounts of branches write here; nobody reads it.
  Ledger scratch;
  FlowCounters count;
  /// The packet being worked on, or the clock of an expiry.
  Position now;
  /// Of the packet being worked on.
  Bytes ip_packet;
};

}  // namespace outspan::flow
