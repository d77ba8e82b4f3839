#pragma once

#include <memory>

#include "flow/stream_sink.h"
#include "protocol/dispatch/state.h"
#include "protocol/raw/raw.h"
#include "protocol/vpn/encrypted_datagrams.h"

namespace outspan::protocol {

/// One flow of messages (UDP, ICMP, SCTP, anything but TCP): what is proven ciphertext is counted,
/// everything else is scanned message by message.
class DatagramDispatch final : public flow::StreamSink {
 public:
  DatagramDispatch(DispatchState& state, FlowContext& flow) noexcept;

  void on_data(Side, std::uint64_t, Bytes) noexcept override {}
  void on_gap(Side side, std::uint64_t offset, std::uint64_t missing_bytes) noexcept override;
  void on_datagram(Side side, Bytes bytes) noexcept override;
  void on_pause() noexcept override { raw_.pause(); }
  void on_close(flow::CloseReason reason) noexcept override;

 private:
  FlowContext& flow_;
  vpn::EncryptedDatagrams encrypted_;
  RawScan raw_;
  std::unique_ptr<Classifier::Flow> classifier_;
};

}  // namespace outspan::protocol
