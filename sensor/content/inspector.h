#pragma once

#include <memory>

#include "config/config.h"
#include "content/text.h"
#include "core/stats.h"
#include "protocol/object.h"

namespace outspan::unpack {
class Pool;
}

namespace outspan::content {

struct Services;

/// Turns the objects of protocol/ into windows of text. One per shard.
/// Thread: the pipeline's.
class Inspector final : public protocol::ObjectSink {
 public:
  /// Of `config`, the shard's share of the limits and whether to look for disguises are copied;
  /// sink and observer outlive the inspector, and the inspector all its writers. `hash_objects`:
  /// fill in ObjectSummary::sha256. `pool` opens files that a library must parse, and outlives the
  /// inspector; nullptr: they are opaque. `wait_for_files`: until the pool has opened them;
  /// otherwise call poll().
  Inspector(const config::Config& config, TextSink& sink, ObjectObserver& observer,
            bool hash_objects = false, unpack::Pool* pool = nullptr, bool wait_for_files = true);
  ~Inspector() override;

  std::unique_ptr<protocol::ObjectWriter> begin(FlowContext& flow, Side side,
                                                protocol::ObjectInfo info) noexcept override;
  /// From now on the observer gets what objects carry.
  void hand_on_bytes() noexcept;
  /// Takes what workers have found in files, about `bytes_max` of it, without waiting.
  void poll(std::uint64_t bytes_max) noexcept;
  /// Waits until all files are done.
  void finish_files() noexcept;
  void report(Stats& stats) const;

 private:
  std::unique_ptr<Services> services_;
};

}  // namespace outspan::content
