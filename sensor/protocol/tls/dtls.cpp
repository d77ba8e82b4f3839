#include "protocol/tls/dtls.h"

#include "protocol/shared/encrypted_messages.h"
#include "protocol/tls/handshake.h"
#include "protocol/tls/hello.h"
#include "protocol/tls/ja.h"

namespace outspan::protocol::tls {
namespace {

enum Record : std::uint8_t {
  kFirst = 20,
  kChangeCipher = 20,
  kAlert = 21,
  kHandshake = 22,
  kConnectionId = 25,
};

/// False: it is none.
bool read_client_hello(FlowContext& flow, Bytes message) noexcept {
  ByteCursor in(message);
  const std::uint8_t type = in.u8();
  const std::uint32_t size = in.u24();
  in.u16();  // sequence
  const std::uint32_t fragment_offset = in.u24();
  const std::uint32_t fragment_size = in.u24();
  const Bytes body = in.take(fragment_size);
  if (!in.ok() || type != kClientHello || fragment_offset != 0 || fragment_size != size)
    return false;
  const auto hello = parse_client_hello(body, true);
  if (!hello) return false;
  flow.encryption.names().server_name = hello->server_name;
  flow.encryption.names().ja3 = ja3(*hello);
  flow.encryption.names().ja4 = ja4(*hello, HelloTransport::dtls);
  return true;
}

class DtlsParser final : public DatagramParser {
 public:
  explicit DtlsParser(ParserHost& host) noexcept : flow_(host.flow()), encrypted_(flow_, "dtls") {}
  bool on_datagram(Side side, Bytes bytes) noexcept override {
    if (!take(bytes)) return false;
    encrypted_.count(side, bytes);
    return true;
  }
  [[nodiscard]] std::uint64_t held_bytes() const noexcept override { return sizeof *this; }

 private:
  bool take(Bytes datagram) noexcept;
  bool take_record(std::uint8_t type, std::uint16_t epoch, Bytes body) noexcept;
  bool take_handshake(Bytes body) noexcept;

  FlowContext& flow_;
  EncryptedMessages encrypted_;
};

/// Whole records without anything readable in them.
bool DtlsParser::take(Bytes datagram) noexcept {
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
    if (!framed || !take_record(type, epoch, body)) return false;
    any = true;
  }
  return any;
}

bool DtlsParser::take_record(std::uint8_t type, std::uint16_t epoch, Bytes body) noexcept {
  if (epoch > 0) return encrypted_.may_be_sealed(body);
  // Epoch 0 is in clear: handshake and alerts may be, data may not.
  switch (type) {
    case kChangeCipher: return body.size() == 1 && body[0] == 1;
    case kAlert: return body.size() == 2;
    case kHandshake: return take_handshake(body);
    default: return false;
  }
}

/// Messages or fragments of them (RFC 6347, 4.2.2). Certificates are readable.
bool DtlsParser::take_handshake(Bytes record) noexcept {
  constexpr std::size_t kHeader = 12;
  ByteCursor in(record);
  while (in.left() > 0) {
    const Bytes message = in.rest();
    const std::uint8_t type = in.u8();
    const std::uint32_t size = in.u24();
    in.u16();  // sequence
    const std::uint32_t offset = in.u24();
    const Bytes body = in.take(in.u24());
    if (!in.ok() || offset + body.size() > size) return false;
    const bool whole = body.size() == size;
    switch (type) {
      case kClientHello:
        if (whole && !read_client_hello(flow_, message.first(kHeader + size))) return false;
        if (!whole && !encrypted_.may_be_sealed(body)) return false;
        break;
      case kServerHello:
        if (whole ? !parse_server_hello(body) : !encrypted_.may_be_sealed(body)) return false;
        break;
      case kHelloVerifyRequest:
        if (size > 64) return false;
        break;
      case kHelloRequest:
      case kServerHelloDone:
        if (size != 0) return false;
        break;
      case kNewSessionTicket:
      case kServerKeyExchange:
      case kCertificateVerify:
      case kClientKeyExchange:
        if (!encrypted_.may_be_sealed(body)) return false;
        break;
      default: return false;
    }
  }
  return true;
}

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
