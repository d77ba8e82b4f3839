#include "decode/layers.h"
#include "decode/load.h"

namespace outspan::decode {
namespace {

constexpr std::size_t kIpv4HeaderBytes = 20;
constexpr std::size_t kIpv6HeaderBytes = 40;
constexpr int kMaxExtensionHeaders = 16;

namespace next_header {
constexpr std::uint8_t kHopByHop = 0;
constexpr std::uint8_t kRouting = 43;
constexpr std::uint8_t kFragment = 44;
constexpr std::uint8_t kAuthentication = 51;
constexpr std::uint8_t kDestination = 60;
constexpr std::uint8_t kMobility = 135;
constexpr std::uint8_t kHostIdentity = 139;
constexpr std::uint8_t kShim6 = 140;
}  // namespace next_header

/// Size of an extension header that names the next one; 0: it is none.
std::size_t extension_bytes(std::uint8_t type, Bytes bytes) noexcept {
  switch (type) {
    case next_header::kHopByHop:
    case next_header::kRouting:
    case next_header::kDestination:
    case next_header::kMobility:
    case next_header::kHostIdentity:
    case next_header::kShim6: return (bytes[1] + std::size_t{1}) * 8;
    case next_header::kAuthentication: return (bytes[1] + std::size_t{2}) * 4;
    default: return 0;
  }
}

bool is_extension(std::uint8_t type) noexcept {
  static constexpr std::array<std::uint8_t, 2> kAny{};
  return extension_bytes(type, kAny) != 0;
}

}  // namespace

bool Layers::ip(Bytes bytes, const Scope& scope) {
  if (bytes.empty()) return refuse(Error::ipv4_header);
  return bytes[0] >> 4 == 6 ? ipv6(bytes, scope) : ipv4(bytes, scope);
}

bool Layers::ipv4(Bytes bytes, Scope scope) {
  if (bytes.size() < kIpv4HeaderBytes || bytes[0] >> 4 != 4) return refuse(Error::ipv4_header);
  const std::size_t header_bytes = (bytes[0] & 0x0fU) * 4U;
  if (header_bytes < kIpv4HeaderBytes || header_bytes > bytes.size())
    return refuse(Error::ipv4_header);
  const std::uint16_t total_bytes = load16(bytes.data() + 2);
  // 0: the network card was to cut it into pieces and fill this in (TSO); all there is belongs.
  if (total_bytes != 0) {
    if (total_bytes < header_bytes) return refuse(Error::ipv4_header);
    if (!fit(bytes, total_bytes, scope)) errors_.count(Error::ip_length);
  }
  const IpLayer layer{IpAddress::v4(load32(bytes.data() + 12)),
                      IpAddress::v4(load32(bytes.data() + 16)), bytes};
  const std::uint8_t protocol = bytes[9];
  const std::uint16_t flags = load16(bytes.data() + 6);
  const Bytes payload = bytes.subspan(header_bytes);
  if (header_bytes != kIpv4HeaderBytes) [[unlikely]]
    options(Transport::ip, layer, bytes.first(header_bytes).subspan(kIpv4HeaderBytes), false,
            scope);
  constexpr std::uint16_t kMoreAndOffset = 0x3fff;
  if ((flags & kMoreAndOffset) == 0) [[likely]]
    return transport(layer, protocol, payload, scope);
  return fragment({.ip = layer,
                   .protocol = protocol,
                   .v6 = false,
                   .id = load16(bytes.data() + 4),
                   .offset = (flags & 0x1fffU) * 8U,
                   .more = (flags & 0x2000) != 0,
                   .bytes = payload,
                   .scope = scope,
                   .at = at_});
}

bool Layers::ipv6(Bytes bytes, Scope scope) {
  if (bytes.size() < kIpv6HeaderBytes || bytes[0] >> 4 != 6) return refuse(Error::ipv6_header);
  const std::uint16_t payload_bytes = load16(bytes.data() + 4);
  // 0: a jumbogram (RFC 2675), or left to the network card.
  if (payload_bytes != 0 && !fit(bytes, kIpv6HeaderBytes + payload_bytes, scope))
    errors_.count(Error::ip_length);
  const IpLayer layer{IpAddress::from_bytes(bytes.subspan(8, 16)),
                      IpAddress::from_bytes(bytes.subspan(24, 16)), bytes};
  return ipv6_payload(layer, bytes[6], bytes.subspan(kIpv6HeaderBytes), scope);
}

bool Layers::ipv6_payload(const IpLayer& ip, std::uint8_t next, Bytes bytes, const Scope& scope) {
  for (int headers = 0; headers < kMaxExtensionHeaders; ++headers) {
    if (next == next_header::kFragment) return ipv6_fragment(ip, bytes, scope);
    if (!is_extension(next)) return transport(ip, next, bytes, scope);
    const std::size_t size = bytes.size() < 8 ? SIZE_MAX : extension_bytes(next, bytes);
    if (size > bytes.size()) break;
    extension(ip, next, bytes.first(size), scope);
    next = bytes[0];
    bytes = bytes.subspan(size);
  }
  return broken(Error::ipv6_header, ip, bytes, scope);
}

/// What an extension header carries besides its own business.
void Layers::extension(const IpLayer& ip, std::uint8_t type, Bytes header, const Scope& scope) {
  switch (type) {
    case next_header::kHopByHop:
    case next_header::kDestination: return ipv6_options(ip, header, scope);
    case next_header::kMobility:
    case next_header::kHostIdentity:
    case next_header::kShim6: return header_data(ip, header.subspan(2), scope);
    default: return;
  }
}

bool Layers::ipv6_fragment(const IpLayer& ip, Bytes bytes, const Scope& scope) {
  if (bytes.size() < 8) return broken(Error::ipv6_header, ip, bytes, scope);
  const std::uint8_t next = bytes[0];
  const std::uint16_t flags = load16(bytes.data() + 2);
  const std::uint32_t id = load32(bytes.data() + 4);
  const Bytes payload = bytes.subspan(8);
  // An atomic fragment (RFC 6946) is whole, whatever else uses its identification. No second
  // fragment header can follow, or a packet could recurse.
  if ((flags & 0xfff9) == 0 && next != next_header::kFragment) {
    if (!is_extension(next)) return transport(ip, next, payload, scope);
    Scope inner = scope;
    return deepen(inner) ? ipv6_payload(ip, next, payload, inner)
                         : broken(Error::ipv6_header, ip, payload, scope);
  }
  return fragment({.ip = ip,
                   .protocol = next,
                   .v6 = true,
                   .id = id,
                   .offset = flags & 0xfff8U,
                   .more = (flags & 1) != 0,
                   .bytes = payload,
                   .scope = scope,
                   .at = at_});
}

bool Layers::fragment(const Fragment& fragment) {
  const std::size_t size = fragment.bytes.size() + fragment.scope.cut + fragment.scope.lost;
  if (fragment.offset + size > kMaxPacketBytes)
    return broken(Error::fragment_range, fragment.ip, fragment.bytes, fragment.scope);
  std::vector<Reassembled> done;
  fragments_.add(fragment, clock_, done);
  deliver(done);
  return true;
}

void Layers::deliver(std::vector<Reassembled>& reassembled) {
  const Position now = at_;
  const std::uint8_t parts = parts_;
  for (Reassembled& packet : reassembled) {
    at_ = packet.at;
    // The packet itself may have given others before it was put aside.
    parts_ = kPartsMax / 2;
    deliver_version(packet, std::move(packet.bytes), false);
    for (std::vector<std::uint8_t>& other : packet.others)
      deliver_version(packet, std::move(other), true);
  }
  at_ = now;
  parts_ = parts;
}

void Layers::deliver_version(const Reassembled& packet, std::vector<std::uint8_t>&& bytes,
                             bool alternative) {
  Scope scope = packet.scope;
  scope.reassembled = true;
  scope.alternative = scope.alternative || alternative;
  out_->reassembled.push_back(std::move(bytes));
  const Bytes whole = out_->reassembled.back();
  if (!deepen(scope)) {
    emit(packet.ip, kNoTransport, 0, 0, whole, scope);
  } else if (packet.v6) {
    ipv6_payload(packet.ip, packet.protocol, whole, scope);
  } else {
    transport(packet.ip, packet.protocol, whole, scope);
  }
}

}  // namespace outspan::decode
