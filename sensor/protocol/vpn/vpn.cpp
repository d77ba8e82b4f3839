#include "protocol/vpn/vpn.h"

#include "protocol/shared/encrypted_messages.h"

namespace outspan::protocol::vpn {
namespace {

constexpr std::uint8_t kEsp = 50;

/// SPI and sequence; ciphertext with its check value follows.
constexpr std::size_t kEspHeaderBytes = 8;

/// SPI 0 is not on the wire, 1 to 255 are reserved.
bool is_esp(Bytes packet) noexcept {
  constexpr std::size_t kMinBytes = 64;
  ByteCursor in(packet);
  const std::uint32_t spi = in.u32();
  in.u32();
  return packet.size() >= kMinBytes && in.ok() && spi > 255;
}

class EspParser final : public DatagramParser {
 public:
  explicit EspParser(ParserHost& host) noexcept : encrypted_(host.flow(), "ipsec") {}
  bool on_datagram(Side side, Bytes bytes) noexcept override {
    if (!is_esp(bytes)) return false;
    const Bytes sealed = bytes.subspan(kEspHeaderBytes);
    if (!encrypted_.may_be_sealed(sealed)) return false;
    encrypted_.count(side, bytes);
    return true;
  }
  [[nodiscard]] std::uint64_t held_bytes() const noexcept override { return sizeof *this; }

 private:
  EncryptedMessages encrypted_;
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

/// Type, receiver and the counter of data are no ciphertext.
std::size_t sealed_at(Bytes message) noexcept {
  constexpr std::size_t kDataHeaderBytes = 16;
  return wireguard_type(message) == 4 ? kDataHeaderBytes : 8;
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
  explicit WireguardParser(ParserHost& host) noexcept : encrypted_(host.flow(), "wireguard") {}
  bool on_datagram(Side side, Bytes bytes) noexcept override {
    if (!is_handshake(bytes) && !is_transport(bytes)) return false;
    const Bytes sealed = bytes.subspan(sealed_at(bytes));
    if (!encrypted_.may_be_sealed(sealed)) return false;
    encrypted_.count(side, bytes);
    return true;
  }
  [[nodiscard]] std::uint64_t held_bytes() const noexcept override { return sizeof *this; }

 private:
  EncryptedMessages encrypted_;
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
