#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "flow/stream_sink.h"
#include "protocol/dispatch/state.h"
#include "protocol/raw/raw.h"

namespace outspan::protocol {

/// One flow of messages (UDP, ICMP, SCTP, anything but TCP). Each message is offered to the
/// protocols that were found in the flow so far, then to those that may recognise it; what nobody
/// takes is scanned as it is. Messages of an IP protocol that is not read are scanned too, and are
/// opaque ("ip-protocol") in the ledger.
///
/// Bound: kParsersMax parsers a flow. A message that nobody takes is asked about in the whole table
/// a bounded number of times.
class DatagramDispatch final : public flow::StreamSink, private ParserHost {
 public:
  DatagramDispatch(DispatchState& state, FlowContext& flow) noexcept;

  void on_data(Side, std::uint64_t, Bytes) noexcept override {}
  void on_gap(Side side, std::uint64_t offset, std::uint64_t missing_bytes) noexcept override;
  void on_datagram(Side side, Bytes bytes) noexcept override;
  void on_pause() noexcept override;
  void on_close(flow::CloseReason reason) noexcept override;

 private:
  static constexpr std::size_t kParsersMax = 4;
  struct Found {
    const ProtocolEntry* entry = nullptr;  ///< nullptr: it was announced
    std::unique_ptr<DatagramParser> parser;
  };

  FlowContext& flow() noexcept override { return flow_; }
  ObjectSink& objects() noexcept override { return state_.objects; }
  SharedState& shared() noexcept override { return state_.shared; }
  [[nodiscard]] const config::Limits& limits() const noexcept override { return state_.limits; }

  bool offer(Side side, Bytes bytes) noexcept;
  bool recognise(Side side, Bytes bytes) noexcept;
  void set_aside(Side side, std::uint64_t bytes) noexcept;
  [[nodiscard]] bool has(const ProtocolEntry& entry) const noexcept;

  DispatchState& state_;
  FlowContext& flow_;
  std::vector<Found> found_;
  RawScan raw_;
  bool read_;
  std::array<std::uint64_t, 2> unread_{};
  std::unique_ptr<Classifier::Flow> classifier_;
  std::uint8_t asks_left_ = 64;
};

}  // namespace outspan::protocol
