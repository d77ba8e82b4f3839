#pragma once

#include <algorithm>
#include <optional>

#include "config/config.h"
#include "evidence/flow_tapes.h"
#include "evidence/object_tapes.h"

namespace outspan::evidence {

/// What a shard holds in case it becomes evidence: packets of flows, or objects.
/// Thread: the pipeline's.
class Recorder {
 public:
  /// Config::memory_mib: the shard's share.
  explicit Recorder(const config::Evidence& config) {
    const std::uint64_t memory = config.memory_mib << 20;
    // A tape that pushes out its own oldest bytes keeps what is near the match.
    const std::uint64_t one = std::min(config.file_kib << 10, memory / 2);
    if (config.mode == config::EvidenceMode::packets)
      flows_.emplace(one, memory);
    else
      objects_.emplace(one, memory);
  }

  [[nodiscard]] bool wants_objects() const noexcept { return objects_.has_value(); }

  void add(const decode::Datagram& datagram) noexcept { flows_->add(datagram); }
  void advance(Timestamp now) noexcept {
    if (flows_) flows_->advance(now);
  }
  [[nodiscard]] RecordingPtr flow(const Endpoint& one, const Endpoint& other,
                                  std::uint8_t protocol) const {
    return flows_->recording(one, other, protocol);
  }

  void add(std::uint64_t object, Bytes bytes) noexcept { objects_->add(object, bytes); }
  void end(std::uint64_t object) noexcept {
    if (objects_) objects_->end(object);
  }
  [[nodiscard]] RecordingPtr object(std::uint64_t number) const {
    return objects_->recording(number);
  }

  void report(Stats& stats) const {
    if (flows_) flows_->report(stats);
    if (objects_) objects_->report(stats);
  }

 private:
  std::optional<FlowTapes> flows_;
  std::optional<ObjectTapes> objects_;
};

}  // namespace outspan::evidence
