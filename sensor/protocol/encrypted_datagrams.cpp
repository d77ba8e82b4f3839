#include "protocol/encrypted_datagrams.h"

#include "marks/ciphertext.h"
#include "protocol/dtls.h"

namespace outspan::protocol {
namespace {

constexpr std::uint8_t kEsp = 50;

/// RFC 4303: SPI (0 is not on the wire, 1 to 255 are reserved), sequence, ciphertext, check value.
/// With NULL encryption (RFC 2410) the inner packet is readable and the sample says so.
bool is_esp(Bytes packet) noexcept {
  constexpr std::size_t kMinBytes = 64;
  ByteCursor in(packet);
  const std::uint32_t spi = in.u32();
  in.u32();
  return packet.size() >= kMinBytes && in.ok() && spi > 255 && marks::may_be_ciphertext(in.rest());
}

}  // namespace

bool EncryptedDatagrams::take(FlowContext& flow, Side side, Bytes datagram) noexcept {
  const char* const reason = recognise(flow, side, datagram);
  if (reason == nullptr) return false;
  if (known_ == nullptr) {
    known_ = reason;
    flow.encryption.reason = reason;
    flow.account.set_app(AppProtocol::named(reason));
  }
  flow.account.move(side, Column::inspected, Column::encrypted, datagram.size());
  return true;
}

const char* EncryptedDatagrams::recognise(FlowContext& flow, Side side, Bytes datagram) noexcept {
  if (datagram.empty()) return nullptr;
  if (flow.info.ip_protocol == kEsp) return is_esp(datagram) ? "ipsec" : nullptr;
  if (flow.info.ip_protocol != ip_protocol::kUdp) return nullptr;
  if (quic_ || QuicFlow::opens(datagram)) {
    if (!quic_) quic_ = std::make_unique<QuicFlow>();
    if (quic_->take(flow, side, datagram)) return "quic";
  }
  if (take_dtls(flow, datagram)) return "dtls";
  return take_wireguard(datagram) ? "wireguard" : nullptr;
}

/// Message type, three zero bytes, sizes that are fixed (wireguard.com/protocol).
bool EncryptedDatagrams::take_wireguard(Bytes datagram) noexcept {
  constexpr std::size_t kInitiationBytes = 148;
  constexpr std::size_t kResponseBytes = 92;
  constexpr std::size_t kCookieBytes = 64;
  constexpr std::size_t kDataMinBytes = 32;
  ByteCursor in(datagram);
  const std::uint32_t type = in.u32_le();
  if (!in.ok() || type < 1 || type > 4 || !marks::may_be_ciphertext(datagram.subspan(4)))
    return false;
  const std::size_t size = datagram.size();
  if ((type == 1 && size == kInitiationBytes) || (type == 2 && size == kResponseBytes)) {
    wireguard_ = true;
    return true;
  }
  if (!wireguard_) return false;
  return type == 3 ? size == kCookieBytes : type == 4 && size >= kDataMinBytes && size % 16 == 0;
}

}  // namespace outspan::protocol
