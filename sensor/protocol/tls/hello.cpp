#include "protocol/tls/hello.h"

#include <algorithm>
#include <array>

#include "protocol/shared/ciphertext_sampler.h"

namespace outspan::protocol::tls {
namespace {

enum Extension : std::uint16_t {
  kServerName = 0,
  kSupportedGroups = 10,
  kPointFormats = 11,
  kSignatureAlgorithms = 13,
  kAlpn = 16,
  kPadding = 21,
  kSupportedVersions = 43,
  kCertificateAuthorities = 47,
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

/// Whether extension data is what may stand there. Unknown ones may be anything that is short, or
/// random as keys and tickets are: a hello is no place for text.
bool is_plausible(std::uint16_t type, Bytes data) noexcept {
  constexpr std::size_t kShortBytes = 96;
  switch (type) {
    case kServerName:
    case kAlpn: return data.size() <= 300;
    case kCertificateAuthorities: return data.size() <= 512;
    case kPadding:
      return std::all_of(data.begin(), data.end(), [](std::uint8_t byte) { return byte == 0; });
    default: break;
  }
  if (data.size() <= kShortBytes) return true;
  CiphertextSampler sampler(type);
  sampler.begin(data.size());
  return sampler.feed(data);
}

/// Suites are registered in few blocks (RFC 5246, A.5 and later ones), and text is in others.
bool are_suites(const std::vector<std::uint16_t>& ciphers) noexcept {
  constexpr std::size_t kUnknownMax = 16;
  const auto unknown = std::count_if(ciphers.begin(), ciphers.end(), [](std::uint16_t cipher) {
    const auto block = static_cast<std::uint8_t>(cipher >> 8);
    constexpr std::uint8_t kBlocks[] = {0x00, 0x13, 0x56, 0xc0, 0xc1, 0xcc, 0xd0, 0xfe, 0xff};
    const bool grease = (cipher & 0x0f0f) == 0x0a0a;
    return !grease && std::find(std::begin(kBlocks), std::end(kBlocks), block) == std::end(kBlocks);
  });
  return static_cast<std::size_t>(unknown) <= kUnknownMax;
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
      compression.empty() || compression.size() > 8 || major != (dtls ? 0xfe : 0x03))
    return std::nullopt;
  hello.ciphers = u16_list(ciphers);
  if (!are_suites(hello.ciphers)) return std::nullopt;
  if (in.left() == 0) return hello;  // before TLS 1.2 there may be no extensions

  ByteCursor list(in.take(in.u16()));
  if (!in.ok() || in.left() != 0) return std::nullopt;
  while (list.left() > 0) {
    const std::uint16_t type = list.u16();
    const Bytes data = list.take(list.u16());
    if (!list.ok() || !is_plausible(type, data)) return std::nullopt;
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
    if (!list.ok() || !is_plausible(type, data.rest())) return std::nullopt;
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
