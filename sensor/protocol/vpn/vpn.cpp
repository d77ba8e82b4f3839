#include "protocol/vpn/vpn.h"

#include "marks/ciphertext.h"
#include "protocol/shared/encrypted_messages.h"

namespace outspan::protocol::vpn {
namespace {

constexpr std::uint8_t kEsp = 50;

/// SPI (0 is not on the wire, 1 to 255 are reserved), sequence, ciphertext, check value.
bool is_esp(Bytes packet) noexcept {
  constexpr std::size_t kMinBytes = 64;
  ByteCursor in(packet);
  const std::uint32_t spi = in.u32();
  in.u32();
  return packet.size() >= kMinBytes && in.ok() && spi > 255 && marks::may_be_ciphertext(in.rest());
}

class EspParser final : public DatagramParser {
 public:
  explicit EspParser(ParserHost& host) noexcept : flow_(host.flow()) {}
  bool on_datagram(Side side, Bytes bytes) noexcept override {
    if (!is_esp(bytes)) return false;
    encrypted_.count(flow_, side, bytes);
    return true;
  }

 private:
  FlowContext& flow_;
  EncryptedMessages encrypted_{"ipsec"};
};

/// Message type, three zero bytes.
std::uint32_t wireguard_type(Bytes datagram) noexcept {
  ByteCursor in(datagram);
  const std::uint32_t type = in.u32_le();
  return in.ok() && type >= 1 && type <= 4 ? type : 0;
}

bool is_handshake(Bytes datagram) noexcept {
  constexpr std::size_t kInitiationBytes = 148;
  constexpr std::size_t kResponseBytes = 92;
  const std::uint32_t type = wireguard_type(datagram);
  return (type == 1 && datagram.size() == kInitiationBytes) ||
         (type == 2 && datagram.size() == kResponseBytes);
}

bool is_transport(Bytes datagram) noexcept {
  constexpr std::size_t kCookieBytes = 64;
  constexpr std::size_t kDataMinBytes = 32;
  const std::uint32_t type = wireguard_type(datagram);
  const std::size_t size = datagram.size();
  return type == 3 ? size == kCookieBytes : type == 4 && size >= kDataMinBytes && size % 16 == 0;
}

class WireguardParser final : public DatagramParser {
 public:
  explicit WireguardParser(ParserHost& host) noexcept : flow_(host.flow()) {}
  bool on_datagram(Side side, Bytes bytes) noexcept override {
    if (!is_handshake(bytes) && !is_transport(bytes)) return false;
    if (!marks::may_be_ciphertext(bytes.subspan(4))) return false;
    encrypted_.count(flow_, side, bytes);
    return true;
  }

 private:
  FlowContext& flow_;
  EncryptedMessages encrypted_{"wireguard"};
};

}  // namespace

bool recognise_wireguard(const FlowContext& flow, Side, Bytes datagram) noexcept {
  return flow.info.ip_protocol == ip_protocol::kUdp && is_handshake(datagram);
}

std::unique_ptr<DatagramParser> make_wireguard(ParserHost& host) noexcept {
  return std::make_unique<WireguardParser>(host);
}

bool recognise_esp(const FlowContext& flow, Side, Bytes datagram) noexcept {
  return flow.info.ip_protocol == kEsp && is_esp(datagram);
}

std::unique_ptr<DatagramParser> make_esp(ParserHost& host) noexcept {
  return std::make_unique<EspParser>(host);
}

}  // namespace outspan::protocol::vpn
