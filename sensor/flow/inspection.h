#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/flow_context.h"
#include "flow/flow_services.h"
#include "flow/history.h"
#include "flow/stream_hash.h"
#include "flow/stream_sink.h"

namespace outspan::flow {

/// The part of a flow that only flows with a reader have: its context and sink, the history of its
/// sides, and its branches (other versions of its streams). All positions here are stream offsets.
///
/// A branch follows the main stream with a lag: it is fed from the history, and only when the
/// history is about to forget, at a pause, a hole or the end. So a sender that sends every segment
/// in two versions gets one branch with all the second versions, and not one branch a segment.
class Inspection {
 public:
  Inspection(const FlowInfo& info, ChargingAccount& account, FlowServices& services) noexcept;

  /// Asks the handler for a sink, if a side is inspected.
  void open() noexcept;

  /// Whether bytes of the side are worth keeping.
  [[nodiscard]] bool wants(Side side) const noexcept {
    return services_.options.stream_sha256 || (sink_ && !context_.unwanted[index(side)]);
  }

  void deliver(Side side, std::uint64_t offset, Bytes bytes, bool live) noexcept;
  void gap(Side side, std::uint64_t offset, std::uint64_t missing_bytes) noexcept;
  void datagram(Side side, Bytes bytes) noexcept;
  /// A message of which `bytes` is another version; to a branch of its own.
  void alternative_datagram(Side side, Bytes bytes) noexcept;

  /// `bytes` with what was delivered at `offset`. A side whose bytes are not kept agrees.
  [[nodiscard]] Comparison compare(Side side, std::uint64_t offset, Bytes bytes) const noexcept {
    return keeps_history(side) ? sides_[index(side)].history.compare(offset, bytes) : Comparison{};
  }
  /// `bytes` differ from the main version of the same place. `offset` is at most the end of what
  /// was delivered.
  void alternative(Side side, std::uint64_t offset, Bytes bytes) noexcept;
  /// Another version that is not read, or may be one: there is no memory to keep it, there are too
  /// many, or the history no longer knows its place. So of what was inspected there not all was.
  void refuse_alternative(Side side, std::uint64_t offset, Bytes bytes) noexcept;

  /// `bytes` were charged as delivered and are not: nobody wants them.
  void left_out(Side side, std::uint64_t bytes) noexcept;

  void pause() noexcept;
  void close(CloseReason reason) noexcept;
  /// It is closed and waits for nobody: what no stage has claimed is unclaimed. A build for tests
  /// ends here if that is anything.
  void settle() noexcept { settle(account_); }
  /// What it and all after it keep.
  [[nodiscard]] std::uint64_t held_bytes() const noexcept;
  /// It is closed, and objects of it wait for workers (FlowContext::objects_waiting).
  [[nodiscard]] bool waits() const noexcept;

  [[nodiscard]] const FlowContext& context() const noexcept { return context_; }
  std::string sha256(Side side) { return sides_[index(side)].hash.finish(); }

  /// Set by each delivery, cleared by the owner once it has seen it.
  bool delivered = false;

 private:
  struct Branch {
    Branch(const FlowInfo& info, const FlowAccount& main, FlowServices& services, Side of) noexcept
        : side(of),
          account(services.scratch, {main.direction(Side::client), main.direction(Side::server)},
                  {main.inspected(Side::client), main.inspected(Side::server)}),
          context(info, account, services.observer, true) {}
    Side side;
    std::uint64_t position = 0;  // of the next byte it is to be given
    ChargingAccount account;
    FlowContext context;
    std::unique_ptr<StreamSink> sink;
  };
  /// Other versions of what a side sent.
  struct Overlaps {
    std::vector<std::uint64_t> seen;      // hashes
    std::uint64_t uninspected_bytes = 0;  // of other versions
    bool reported = false;
    bool refusal_reported = false;
  };
  struct SideState {
    explicit SideState(HistoryMemory& memory) noexcept : history(memory) {}
    History history;
    StreamHash hash;
  };

  [[nodiscard]] bool is_new(Side side, std::uint64_t offset, Bytes bytes) noexcept;
  [[nodiscard]] bool keeps_history(Side side) const noexcept {
    return sink_ && account_.inspected(side) && !context_.unwanted[index(side)];
  }
  static void settle(ChargingAccount& account) noexcept;
  Overlaps& overlaps(Side side);
  Branch* open_branch(Side side) noexcept;
  void refuse(Side side, std::uint64_t bytes) noexcept;
  void move_uninspected(Side side) noexcept;
  void give(Branch& branch, std::uint64_t offset, Bytes bytes) noexcept;
  void give_gap(Branch& branch, std::uint64_t to) noexcept;
  void catch_up(Branch& branch, std::uint64_t to) noexcept;
  void feed_branches(Side side, std::uint64_t offset, Bytes bytes) noexcept;
  void stamp(FlowContext& context, bool live) const noexcept;

  FlowServices& services_;
  ChargingAccount& account_;
  FlowContext context_;
  std::unique_ptr<StreamSink> sink_;
  std::array<SideState, 2> sides_;
  std::unique_ptr<std::array<Overlaps, 2>> overlaps_;  // nullptr: none so far
  std::vector<std::unique_ptr<Branch>> branches_;
};

}  // namespace outspan::flow
