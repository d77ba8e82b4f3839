#pragma once

#include <array>
#include <memory>

#include "flow/stream_sink.h"
#include "protocol/dispatcher_state.h"
#include "protocol/encrypted_datagrams.h"
#include "protocol/raw.h"

namespace outspan::protocol {

/// One flow of messages (UDP, ICMP, SCTP, anything but TCP): what is proven ciphertext is counted,
/// everything else is scanned message by message. Messages of an IP protocol that is not read are
/// scanned too, and are opaque ("ip-protocol") in the ledger.
class DatagramDispatch final : public flow::StreamSink {
 public:
  DatagramDispatch(DispatchState& state, FlowContext& flow) noexcept;

  void on_data(Side, std::uint64_t, Bytes) noexcept override {}
  void on_gap(Side side, std::uint64_t offset, std::uint64_t missing_bytes) noexcept override;
  void on_datagram(Side side, Bytes bytes) noexcept override;
  void on_pause() noexcept override { raw_.pause(); }
  void on_close(flow::CloseReason reason) noexcept override;
  [[nodiscard]] std::uint64_t held_bytes() const noexcept override {
    return sizeof *this - sizeof raw_ + raw_.held_bytes() + encrypted_.held_bytes();
  }

 private:
  void set_aside(Side side, std::uint64_t bytes) noexcept;

  FlowContext& flow_;
  DispatchState& state_;
  EncryptedDatagrams encrypted_;
  RawScan raw_;
  std::unique_ptr<Classifier::Flow> classifier_;
  bool read_;
  std::array<std::uint64_t, 2> unread_{};
};

}  // namespace outspan::protocol
