#pragma once

#include <cstdint>
#include <memory>

#include "core/flow_context.h"
#include "protocol/quic/quic.h"

namespace outspan::protocol::vpn {

/// Proves ciphertext in flows without TCP: QUIC, DTLS, WireGuard and ESP. Judges every datagram by
/// itself: one that does not fit is left to inspection, whatever the others were.
/// One a flow. Bound: a quic::Flow at most.
class EncryptedDatagrams {
 public:
  /// True: ciphertext; it is `encrypted` in the ledger now, and the flow's reason is set. False:
  /// the caller inspects it.
  bool take(FlowContext& flow, Side side, Bytes datagram) noexcept;

 private:
  const char* recognise(FlowContext& flow, Side side, Bytes datagram) noexcept;
  bool take_wireguard(Bytes datagram) noexcept;

  std::unique_ptr<quic::Flow> quic_;
  bool wireguard_ = false;
  const char* known_ = nullptr;
};

}  // namespace outspan::protocol::vpn
