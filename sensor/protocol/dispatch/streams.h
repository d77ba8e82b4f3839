#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "flow/stream_sink.h"
#include "protocol/dispatch/carried_objects.h"
#include "protocol/dispatch/state.h"
#include "protocol/raw/raw.h"

namespace outspan::protocol {

/// One TCP flow on its way to a parser: opening -> parsing | raw, and back to opening when a parser
/// hands the rest of the flow over (CONNECT, STARTTLS).
///
/// Bound: the opening bytes, Limits::header_kib a side; nothing is copied when the first segment
/// decides. A raw stream is asked about again at segments that look like a beginning, a bounded
/// number of times: flows that were joined in the middle of a message are understood from the next
/// one on.
class StreamDispatch final : public flow::StreamSink, private StreamHost {
 public:
  StreamDispatch(DispatchState& state, FlowContext& flow) noexcept;

  void on_data(Side side, std::uint64_t offset, Bytes bytes) noexcept override;
  void on_gap(Side side, std::uint64_t offset, std::uint64_t missing_bytes) noexcept override;
  void on_datagram(Side, Bytes) noexcept override {}
  void on_pause() noexcept override;
  void on_close(flow::CloseReason reason) noexcept override;
  [[nodiscard]] std::uint64_t held_bytes() const noexcept override;

 private:
  enum class Leaving : std::uint8_t { stays, restarts, falls_back };
  using Held = std::array<std::vector<std::uint8_t>, 2>;  ///< by side

  FlowContext& flow() noexcept override { return flow_; }
  ObjectSink& objects() noexcept override {
    return carried_ ? static_cast<ObjectSink&>(*carried_) : state_.objects;
  }
  SharedState& shared() noexcept override { return state_.shared; }
  [[nodiscard]] const config::Limits& limits() const noexcept override { return state_.limits; }
  void restart(std::array<Bytes, 2> rest) noexcept override { leave(Leaving::restarts, rest); }
  void fall_back(std::array<Bytes, 2> rest) noexcept override { leave(Leaving::falls_back, rest); }

  void carries(const Actor& actor, const Destination& destination) noexcept override;

  [[nodiscard]] bool holds() const noexcept {
    return held_ && !((*held_)[0].empty() && (*held_)[1].empty());
  }
  [[nodiscard]] Held& held() noexcept {
    if (!held_) held_ = std::make_unique<Held>();
    return *held_;
  }
  void leave(Leaving how, std::array<Bytes, 2> rest) noexcept;
  void opening_data(Side side, Bytes bytes) noexcept;
  /// nullptr: nobody claims it (any more than `decide` allows waiting for).
  const ProtocolEntry* ask(const std::array<Bytes, 2>& bytes, bool& wait) const noexcept;
  void decide(bool must) noexcept;
  void begin_parsing(const ProtocolEntry& entry) noexcept;
  void begin_raw() noexcept;
  void flush_held() noexcept;
  void to_parser(Side side, Bytes bytes) noexcept;
  void after_parser() noexcept;
  void raw_data(Side side, Bytes bytes) noexcept;
  bool reclaim(Side side, Bytes bytes) noexcept;
  void classify() noexcept;

  DispatchState& state_;
  FlowContext& flow_;
  std::unique_ptr<CarriedObjects> carried_;  // of layers that were taken off
  std::unique_ptr<StreamParser> parser_;
  std::unique_ptr<RawScan> raw_;
  std::unique_ptr<Classifier::Flow> classifier_;
  std::unique_ptr<Held> held_;  // opening bytes, or what a parser left; nullptr: nothing
  std::array<bool, 2> after_gap_{};
  Side first_ = Side::client;  // whose bytes were held first
  Leaving leaving_ = Leaving::stays;
  std::uint8_t restarts_left_ = 16;
  std::uint8_t asks_left_ = 64;
};

}  // namespace outspan::protocol
