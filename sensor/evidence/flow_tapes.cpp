#include "evidence/flow_tapes.h"

#include <random>
#include <utility>

#include "core/clock.h"
#include "decode/flow_hash.h"
#include "evidence/packet_record.h"

namespace outspan::evidence {
namespace {

/// Packets of a flow that is over wait for the files in it to be opened, no longer.
constexpr Duration kSilence = std::chrono::minutes(10);
/// A flow without its chunks, as measured.
constexpr std::uint64_t kFlowBytes = 512;

std::uint64_t random_word() {
  std::random_device random;
  return static_cast<std::uint64_t>(random()) << 32 | random();
}

bool before(const Endpoint& one, const Endpoint& other) noexcept {
  return one.address == other.address ? one.port < other.port
                                      : one.address.bytes() < other.address.bytes();
}

}  // namespace

std::size_t FlowTapes::Hash::operator()(const Key& key) const noexcept {
  namespace hash = decode::flow_hash;
  const hash::Secret words{secret[0], secret[1]};
  const std::uint64_t ends =
      hash::of_endpoint(words, hash::of_address(key.low.address), key.low.port) +
      hash::of_endpoint(words, hash::of_address(key.high.address), key.high.port);
  return hash::of_flow(words, ends, key.protocol);
}

FlowTapes::FlowTapes(std::uint64_t flow_bytes, std::uint64_t memory_bytes)
    : flow_bytes_(flow_bytes),
      memory_(std::make_shared<Memory>(memory_bytes)),
      by_key_(16, Hash{{random_word(), random_word()}}) {}

FlowTapes::Key FlowTapes::key_of(Endpoint one, Endpoint other, std::uint8_t protocol) noexcept {
  if (before(other, one)) std::swap(one, other);
  return {one, other, protocol};
}

bool FlowTapes::let_go_of_oldest(const Flow* keep) noexcept {
  if (flows_.empty() || &flows_.back() == keep) return false;
  memory_->give(kFlowBytes);
  by_key_.erase(flows_.back().key);
  flows_.pop_back();
  ++let_go_;
  return true;
}

FlowTapes::Flow* FlowTapes::touch(const decode::Datagram& datagram) {
  const Key key = key_of({datagram.source, datagram.source_port},
                         {datagram.destination, datagram.destination_port}, datagram.ip_protocol);
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    flows_.splice(flows_.begin(), flows_, found->second);
    return &flows_.front();
  }
  while (!memory_->take(kFlowBytes))
    if (!let_go_of_oldest(nullptr)) return nullptr;
  flows_.push_front({key, {}, {}, 0});
  by_key_.emplace(key, flows_.begin());
  return &flows_.front();
}

void FlowTapes::add(const decode::Datagram& datagram) noexcept {
  const std::size_t bytes = record_bytes(datagram);
  if (bytes == 0) return;
  Flow* const flow = touch(datagram);
  if (flow == nullptr) {
    ++not_kept_;
    return;
  }
  // Several datagrams of one packet: SCTP's chunks, options.
  if (std::exchange(flow->packet, datagram.at.packet) == datagram.at.packet &&
      !datagram.alternative && datagram.part != 0)
    return;
  flow->last = datagram.at.time;
  std::uint8_t* to = flow->tape.append(bytes, flow_bytes_, memory_);
  while (to == nullptr && let_go_of_oldest(flow))
    to = flow->tape.append(bytes, flow_bytes_, memory_);
  if (to == nullptr)
    ++not_kept_;
  else
    write_record(datagram, to);
}

void FlowTapes::advance(Timestamp now) noexcept {
  while (!flows_.empty() && now - flows_.back().last > kSilence) let_go_of_oldest(nullptr);
}

std::shared_ptr<const Recording> FlowTapes::recording(const Endpoint& one, const Endpoint& other,
                                                      std::uint8_t protocol) const {
  const auto found = by_key_.find(key_of(one, other, protocol));
  if (found == by_key_.end() || found->second->tape.empty()) return nullptr;
  return std::make_shared<const Recording>(found->second->tape.recording());
}

void FlowTapes::report(Stats& stats) const {
  stats.add("evidence.memory_bytes", memory_->used());
  stats.add("evidence.flows", flows_.size());
  stats.add("evidence.flows_let_go", let_go_);
  stats.add("evidence.packets_not_kept", not_kept_);
}

}  // namespace outspan::evidence
