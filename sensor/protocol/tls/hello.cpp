#include "protocol/tls/hello.h"

#include <algorithm>
#include <array>

namespace outspan::protocol::tls {
namespace {

enum Extension : std::uint16_t {
  kServerName = 0,
  kSupportedGroups = 10,
  kPointFormats = 11,
  kSignatureAlgorithms = 13,
  kAlpn = 16,
  kSupportedVersions = 43,
};

std::vector<std::uint16_t> u16_list(Bytes bytes) noexcept {
  std::vector<std::uint16_t> values;
  values.reserve(bytes.size() / 2);
  for (ByteCursor in(bytes); in.left() >= 2;) values.push_back(in.u16());
  return values;
}

void read_server_name(Bytes data, ClientHello& hello) noexcept {
  hello.has_server_name = true;
  ByteCursor list(data);
  ByteCursor in(list.take(list.u16()));
  const std::uint8_t type = in.u8();
  const Bytes name = in.take(in.u16());
  if (in.ok() && type == 0) hello.server_name = std::string(as_text(name).substr(0, 255));
}

void read_extension(std::uint16_t type, Bytes data, ClientHello& hello) noexcept {
  ByteCursor in(data);
  switch (type) {
    case kServerName: read_server_name(data, hello); return;
    case kSupportedGroups: hello.groups = u16_list(in.take(in.u16())); return;
    case kSignatureAlgorithms: hello.signature_algorithms = u16_list(in.take(in.u16())); return;
    case kSupportedVersions: hello.supported_versions = u16_list(in.take(in.u8())); return;
    case kPointFormats: {
      const Bytes formats = in.take(in.u8());
      hello.point_formats.assign(formats.begin(), formats.end());
      return;
    }
    case kAlpn: {
      in.u16();
      hello.alpn = std::string(as_text(in.take(in.u8())));
      return;
    }
    default: return;
  }
}

}  // namespace

std::optional<ClientHello> parse_client_hello(Bytes body, bool dtls) noexcept {
  ByteCursor in(body);
  ClientHello hello;
  hello.version = in.u16();
  in.skip(32);  // random
  const Bytes session = in.take(in.u8());
  if (dtls) in.take(in.u8());  // cookie
  const Bytes ciphers = in.take(in.u16());
  const Bytes compression = in.take(in.u8());
  const std::uint8_t major = static_cast<std::uint8_t>(hello.version >> 8);
  if (!in.ok() || session.size() > 32 || ciphers.empty() || ciphers.size() % 2 != 0 ||
      compression.empty() || major != (dtls ? 0xfe : 0x03))
    return std::nullopt;
  hello.ciphers = u16_list(ciphers);
  if (in.left() == 0) return hello;  // before TLS 1.2 there may be no extensions

  ByteCursor list(in.take(in.u16()));
  if (!in.ok() || in.left() != 0) return std::nullopt;
  while (list.left() > 0) {
    const std::uint16_t type = list.u16();
    const Bytes data = list.take(list.u16());
    if (!list.ok()) return std::nullopt;
    hello.extensions.push_back(type);
    read_extension(type, data, hello);
  }
  return hello;
}

std::optional<ServerHello> parse_server_hello(Bytes body) noexcept {
  ByteCursor in(body);
  ServerHello hello;
  hello.version = in.u16();
  in.skip(32);
  const Bytes session = in.take(in.u8());
  hello.cipher = in.u16();
  in.u8();  // compression
  const std::uint8_t major = static_cast<std::uint8_t>(hello.version >> 8);
  if (!in.ok() || session.size() > 32 || (major != 0x03 && major != 0xfe)) return std::nullopt;
  if (in.left() == 0) return hello;

  ByteCursor list(in.take(in.u16()));
  if (!in.ok()) return std::nullopt;
  while (list.left() > 0) {
    const std::uint16_t type = list.u16();
    ByteCursor data(list.take(list.u16()));
    if (!list.ok()) return std::nullopt;
    if (type == kSupportedVersions && data.left() == 2) hello.version = data.u16();
  }
  return hello;
}

bool is_null_cipher(std::uint16_t cipher) noexcept {
  static constexpr std::array<std::uint16_t, 22> kNull{
      0x0000, 0x0001, 0x0002, 0x002c, 0x002d, 0x002e, 0x003b, 0x0082, 0x0083, 0x00b0, 0x00b1,
      0x00b4, 0x00b5, 0x00b8, 0x00b9, 0xc001, 0xc006, 0xc00b, 0xc010, 0xc015, 0xc039, 0xc03a};
  return std::find(kNull.begin(), kNull.end(), cipher) != kNull.end() || cipher == 0xc03b ||
         cipher == 0xc0b4 || cipher == 0xc0b5;  // the last two: TLS 1.3, integrity only (RFC 9150)
}

}  // namespace outspan::protocol::tls
