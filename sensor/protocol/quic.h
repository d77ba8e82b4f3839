#pragma once

#include <optional>

#include "core/flow_context.h"
#include "protocol/quic_initial.h"

namespace outspan::protocol {

/// QUIC on one UDP flow: tells which datagrams are ciphertext, and reads server name and
/// fingerprint out of the client's Initial packets.
/// Bound: one ClientHello (16 KiB), gone once it is read.
class QuicFlow {
 public:
  /// Whether it may be worth asking: a long header of a version we know.
  static bool opens(Bytes datagram) noexcept {
    return parse_quic_long_header(datagram).has_value();
  }

  /// True: QUIC, and nothing in it can be read. False: it does not fit, so it is to be inspected.
  bool take(FlowContext& flow, Side side, Bytes datagram) noexcept;

  [[nodiscard]] std::uint64_t held_bytes() const noexcept {
    return sizeof *this + (hello_ ? hello_->held_bytes() : 0);
  }

 private:
  bool long_packet(FlowContext& flow, Side side, Bytes packet,
                   const QuicLongHeader& header) noexcept;
  bool read_initial(FlowContext& flow, Side side, Bytes packet,
                    const QuicLongHeader& header) noexcept;
  void read_hello(FlowContext& flow) noexcept;

  std::optional<QuicInitialKeys> keys_;
  std::optional<QuicCryptoStream> hello_;
  Side client_ = Side::client;
  int attempts_left_ = 16;  // at decrypting; a flood of Initials must not cost more
  bool proven_ = false;
};

}  // namespace outspan::protocol
