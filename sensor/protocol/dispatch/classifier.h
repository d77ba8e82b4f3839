#pragma once

#include <cstdint>
#include <memory>

#include "core/flow_context.h"
#include "core/stats.h"

namespace outspan::protocol {

/// nDPI's opinion on what a flow is, for its name in events and in the ledger. A hint and never a
/// gate: what is parsed, scanned or called encrypted does not depend on it.
///
/// One a pipeline, not shared between threads. nDPI's tables (5 MiB) are shared by all: one set for
/// each thread that asks at the same time, made when it is first needed, in 20 ms. The answer
/// depends on the flow's own packets only. Bound: `flows_max` states of 1.5 KiB; beyond, flows stay
/// "unknown" and are counted.
class Classifier {
 public:
  explicit Classifier(std::uint64_t flows_max) noexcept : flows_max_(flows_max) {}
  Classifier(const Classifier&) = delete;
  Classifier& operator=(const Classifier&) = delete;

  /// nDPI's state of one flow; destroy it with the flow, before the classifier.
  class Flow {
   public:
    ~Flow();
    Flow(const Flow&) = delete;
    Flow& operator=(const Flow&) = delete;

    /// The packet that `flow.ip_packet` is at. Names the flow's account once nDPI knows.
    /// False: no more packets are wanted, destroy this.
    bool packet(FlowContext& flow) noexcept;

   private:
    friend class Classifier;
    struct State;
    explicit Flow(Classifier& classifier) noexcept;
    Classifier& classifier_;
    State* state_ = nullptr;
    int packets_ = 0;
  };

  /// nullptr: too many at a time.
  std::unique_ptr<Flow> begin() noexcept;
  void report(Stats& stats) const;

 private:
  std::uint64_t flows_max_;
  std::uint64_t alive_ = 0;
  std::uint64_t classified_ = 0;
  std::uint64_t unknown_ = 0;
  std::uint64_t refused_ = 0;
};

}  // namespace outspan::protocol
