#pragma once

#include <array>
#include <cstdint>

#include "config/config.h"
#include "core/address.h"
#include "core/ledger.h"

namespace outspan::flow {

/// Limits and choices of one FlowTable: a shard's share, not the whole sensor's.
struct FlowOptions {
  std::uint64_t flows_max = 125'000;
  /// Waiting segments and overlap history of all flows.
  std::uint64_t reassembly_bytes = 128ull << 20;
  /// Waiting segments of one flow, both sides.
  std::uint64_t flow_reassembly_bytes = 4ull << 20;
  /// What parsers and objects keep for all flows.
  std::uint64_t held_bytes = 256ull << 20;
  /// Alternative versions of one flow's streams.
  std::uint32_t branches_max = 4;
  config::Timeouts timeouts;
  PrefixSet home;
  /// By Direction.
  std::array<bool, kDirections> inspected{true, false, false, false};
  bool stream_sha256 = false;

  /// `shards` tables share what the configuration grants.
  static FlowOptions from(const config::Config& config, std::uint64_t shards);
};

/// Of bytes between these two.
Direction direction_of(bool sender_home, bool receiver_home) noexcept;

}  // namespace outspan::flow
