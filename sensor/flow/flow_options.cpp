#include "flow/flow_options.h"

#include <algorithm>

namespace outspan::flow {
namespace {

/// Of limits.memory_mib; content/ and policy/ have the rest.
constexpr std::uint64_t kHeldEighths = 4;

}  // namespace

Direction direction_of(bool sender_home, bool receiver_home) noexcept {
  if (sender_home) return receiver_home ? Direction::internal : Direction::outbound;
  return receiver_home ? Direction::inbound : Direction::transit;
}

FlowOptions FlowOptions::from(const config::Config& config, std::uint64_t shards) {
  shards = std::max<std::uint64_t>(shards, 1);
  FlowOptions options;
  options.flows_max = std::max<std::uint64_t>(config.limits.flows / shards, 1);
  options.reassembly_bytes = (config.limits.reassembly_mib << 20) / shards;
  options.flow_reassembly_bytes = config.limits.flow_reassembly_kib << 10;
  options.held_bytes = (config.limits.memory_mib << 20) / 8 * kHeldEighths / shards;
  options.branches_max = config.limits.branches;
  options.timeouts = config.timeouts;
  options.home = config.home_networks;
  options.inspected.fill(false);
  for (const Direction direction : config.directions) options.inspected[index(direction)] = true;
  options.stream_sha256 = config.stream_sha256;
  return options;
}

}  // namespace outspan::flow
