#pragma once

#include <cstdint>
#include <memory>

#include "core/flow_context.h"
#include "protocol/quic.h"

namespace outspan::protocol {

/// Proves ciphertext in flows without TCP: QUIC, DTLS, WireGuard and ESP. Judges every datagram by
/// itself: one that does not fit is left to inspection, whatever the others were.
/// One a flow. Bound: a QuicFlow at most.
class EncryptedDatagrams {
 public:
  /// True: ciphertext; it is `encrypted` in the ledger now, and the flow's reason is set. False:
  /// the caller inspects it.
  bool take(FlowContext& flow, Side side, Bytes datagram) noexcept;

  /// Behind the object itself.
  [[nodiscard]] std::uint64_t held_bytes() const noexcept {
    return quic_ ? quic_->held_bytes() : 0;
  }

 private:
  const char* recognise(FlowContext& flow, Side side, Bytes datagram) noexcept;
  bool take_wireguard(Bytes datagram) noexcept;

  std::unique_ptr<QuicFlow> quic_;
  bool wireguard_ = false;
  const char* known_ = nullptr;
};

}  // namespace outspan::protocol
