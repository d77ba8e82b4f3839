#pragma once

#include <array>
#include <string>

#include "core/flow_context.h"

namespace outspan::protocol {

/// A channel hidden in messages that are not made to carry anything, as one flow of it: it is
/// reported at once, as an anomaly, and its bytes that nobody could decode are opaque. They are
/// searched all the same.
class CovertChannel {
 public:
  static constexpr const char* kReason = "covert-channel";

  /// `flow` outlives it.
  explicit CovertChannel(FlowContext& flow) noexcept : flow_(flow) {}

  /// `detail`: without payload.
  void report(Side side, std::string detail) noexcept {
    flow_.observer.on_anomaly(flow_, side, {"covert_channel", std::move(detail)});
  }
  /// So many bytes that were searched could not be decoded.
  void set_aside(Side side, std::uint64_t bytes) noexcept {
    bytes_[index(side)] += flow_.account.move(side, Column::opaque, kReason, bytes);
  }
  /// At the flow's end. `name`: of the channel, as on the wire.
  void close(const std::string& name) noexcept {
    for (const Side side : {Side::client, Side::server})
      if (const auto bytes = std::exchange(bytes_[index(side)], 0); bytes != 0)
        flow_.observer.on_blind_spot(flow_, {kReason, side, bytes, {name}});
  }

 private:
  FlowContext& flow_;
  std::array<std::uint64_t, 2> bytes_{};
};

}  // namespace outspan::protocol
