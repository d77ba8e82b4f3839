#include "protocol/tls/dtls.h"

#include "marks/ciphertext.h"
#include "protocol/shared/encrypted_messages.h"
#include "protocol/tls/ja.h"

namespace outspan::protocol::tls {
namespace {

enum Record : std::uint8_t { kFirst = 20, kHandshake = 22, kApplication = 23, kConnectionId = 25 };
constexpr std::uint8_t kClientHello = 1;

void read_client_hello(FlowContext& flow, Bytes message) noexcept {
  ByteCursor in(message);
  const std::uint8_t type = in.u8();
  const std::uint32_t size = in.u24();
  in.u16();  // sequence
  const std::uint32_t fragment_offset = in.u24();
  const std::uint32_t fragment_size = in.u24();
  const Bytes body = in.take(fragment_size);
  if (!in.ok() || type != kClientHello || fragment_offset != 0 || fragment_size != size) return;
  const auto hello = parse_client_hello(body, true);
  if (!hello) return;
  flow.encryption.server_name = hello->server_name;
  flow.encryption.ja3 = ja3(*hello);
  flow.encryption.ja4 = ja4(*hello, HelloTransport::dtls);
}

/// Whole records without anything readable in them.
bool take(FlowContext& flow, Bytes datagram) noexcept {
  ByteCursor in(datagram);
  bool any = false;
  while (in.left() > 0) {
    const std::uint8_t type = in.u8();
    const std::uint16_t version = in.u16();
    const std::uint16_t epoch = in.u16();
    in.skip(6);  // sequence
    const Bytes body = in.take(in.u16());
    const bool framed = in.ok() && !body.empty() && type >= kFirst && type < kConnectionId &&
                        (version == 0xfeff || version == 0xfefd);
    if (!framed) return false;
    // Epoch 0 is in clear: handshake and alerts may be, data may not.
    if (epoch == 0 && type == kApplication) return false;
    if (epoch > 0 && !marks::may_be_ciphertext(body)) return false;
    if (epoch == 0 && type == kHandshake) read_client_hello(flow, body);
    any = true;
  }
  return any;
}

class DtlsParser final : public DatagramParser {
 public:
  explicit DtlsParser(ParserHost& host) noexcept : flow_(host.flow()) {}
  bool on_datagram(Side side, Bytes bytes) noexcept override {
    if (!take(flow_, bytes)) return false;
    encrypted_.count(flow_, side, bytes);
    return true;
  }

 private:
  FlowContext& flow_;
  EncryptedMessages encrypted_{"dtls"};
};

}  // namespace

bool recognise_dtls(const FlowContext& flow, Side, Bytes datagram) noexcept {
  ByteCursor in(datagram);
  const std::uint8_t type = in.u8();
  const std::uint16_t version = in.u16();
  return flow.info.ip_protocol == ip_protocol::kUdp && type >= kFirst && type < kConnectionId &&
         (version == 0xfeff || version == 0xfefd);
}

std::unique_ptr<DatagramParser> make_dtls(ParserHost& host) noexcept {
  return std::make_unique<DtlsParser>(host);
}

}  // namespace outspan::protocol::tls
