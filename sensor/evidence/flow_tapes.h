#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <unordered_map>

#include "core/flow_context.h"
#include "core/stats.h"
#include "decode/datagram.h"
#include "evidence/tape.h"

namespace outspan::evidence {

/// The latest packets of each flow of a shard, in case one of them becomes an incident. Flows are
/// told apart by addresses, ports and protocol: one that follows another over the same ports goes
/// on with its tape.
/// Thread: the pipeline's.
class FlowTapes {
 public:
  /// `flow_bytes`: kept of a flow; `memory_bytes`: of all, with what recordings hold. The flow that
  /// was silent longest makes room.
  FlowTapes(std::uint64_t flow_bytes, std::uint64_t memory_bytes);

  void add(const decode::Datagram& datagram) noexcept;
  /// Lets go of what has been silent for long.
  void advance(Timestamp now) noexcept;
  /// nullptr: nothing is held of this flow.
  [[nodiscard]] std::shared_ptr<const Recording> recording(const Endpoint& one,
                                                           const Endpoint& other,
                                                           std::uint8_t protocol) const;
  /// evidence.memory_bytes, .flows, .flows_let_go, .packets_not_kept.
  void report(Stats& stats) const;

 private:
  struct Key {
    Endpoint low, high;
    std::uint8_t protocol = 0;
    bool operator==(const Key&) const noexcept = default;
  };
  struct Hash {
    std::uint64_t secret[2];
    std::size_t operator()(const Key& key) const noexcept;
  };
  struct Flow {
    Key key;
    Tape tape;
    Timestamp last{};
    std::uint64_t packet = 0;  ///< on the tape already
  };
  using Flows = std::list<Flow>;

  static Key key_of(Endpoint one, Endpoint other, std::uint8_t protocol) noexcept;
  Flow* touch(const decode::Datagram& datagram);
  /// False: there is none but `keep`.
  bool let_go_of_oldest(const Flow* keep) noexcept;

  std::uint64_t flow_bytes_;
  std::shared_ptr<Memory> memory_;
  Flows flows_;  ///< the one heard of last is in front
  std::unordered_map<Key, Flows::iterator, Hash> by_key_;
  std::uint64_t let_go_ = 0;
  std::uint64_t not_kept_ = 0;
};

}  // namespace outspan::evidence
