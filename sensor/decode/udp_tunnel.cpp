#include "decode/layers.h"
#include "decode/load.h"

namespace outspan::decode {
namespace {

namespace port {
constexpr std::uint16_t kL2tp = 1701;
constexpr std::uint16_t kGtp = 2152;
constexpr std::uint16_t kTeredo = 3544;
constexpr std::uint16_t kGre = 4754;
constexpr std::uint16_t kVxlan = 4789;
constexpr std::uint16_t kVxlanGpe = 4790;
constexpr std::uint16_t kGeneve = 6081;
constexpr std::uint16_t kMpls = 6635;
constexpr std::uint16_t kOldVxlan = 8472;
}  // namespace port

}  // namespace

/// The port is only a hint: what does not decode as the tunnel is plain payload.
bool Layers::udp_tunnel(std::uint16_t source_port, std::uint16_t destination_port, Bytes bytes,
                        const Scope& scope) {
  Scope inner = scope;
  switch (destination_port) {
    case port::kVxlan:
    case port::kOldVxlan: return vxlan(bytes, scope);
    case port::kVxlanGpe: return vxlan_gpe(bytes, scope);
    case port::kGeneve: return geneve(bytes, scope);
    case port::kGtp: return gtp(bytes, scope);
    case port::kTeredo: return teredo(bytes, scope);
    case port::kL2tp: return l2tp(bytes, scope);
    case port::kGre: return gre(bytes, scope);
    case port::kMpls: return enter(Tunnel::mpls_in_ip, 0, inner) && mpls(bytes, inner);
    default: break;
  }
  // Servers answer from these ports to any other.
  if (source_port == port::kTeredo) return teredo(bytes, scope);
  if (source_port == port::kL2tp) return l2tp(bytes, scope);
  if (source_port == port::kGtp) return gtp(bytes, scope);
  return false;
}

/// RFC 7348, 5. Extensions use the reserved bits, so only the network flag is asked for.
bool Layers::vxlan(Bytes bytes, const Scope& scope) {
  if (bytes.size() < 8 || (bytes[0] & 0x08) == 0) return false;
  Scope inner = scope;
  return enter(Tunnel::vxlan, load32(bytes.data() + 4) >> 8, inner) &&
         ethernet(bytes.subspan(8), inner);
}

/// draft-ietf-nvo3-vxlan-gpe, 3.
bool Layers::vxlan_gpe(Bytes bytes, const Scope& scope) {
  if (bytes.size() < 8 || (bytes[0] & 0x08) == 0) return false;
  if ((bytes[0] & 0x04) == 0) return vxlan(bytes, scope);
  Scope inner = scope;
  if (!enter(Tunnel::vxlan, load32(bytes.data() + 4) >> 8, inner)) return false;
  const Bytes payload = bytes.subspan(8);
  switch (bytes[3]) {
    case 1: return ipv4(payload, inner);
    case 2: return ipv6(payload, inner);
    case 3: return ethernet(payload, inner);
    case 4: return service_header(payload, inner);
    case 5: return mpls(payload, inner);
    default: return false;
  }
}

/// RFC 8926, 3.4.
bool Layers::geneve(Bytes bytes, const Scope& scope) {
  if (bytes.size() < 8 || bytes[0] >> 6 != 0) return false;
  const std::size_t header_bytes = 8 + (bytes[0] & 0x3fU) * 4U;
  if (header_bytes > bytes.size()) return false;
  const std::uint16_t type = load16(bytes.data() + 2);
  Scope inner = scope;
  if (!enter(Tunnel::geneve, load32(bytes.data() + 4) >> 8, inner)) return false;
  const Bytes payload = bytes.subspan(header_bytes);
  constexpr std::uint16_t kEthernet = 0x6558;
  return type == kEthernet ? ethernet(payload, inner) : ether_type(type, payload, inner);
}

/// 3GPP TS 29.281, 5.1. Endpoint ids differ by direction, so they tell nothing apart here.
bool Layers::gtp(Bytes bytes, Scope scope) {
  constexpr std::uint8_t kVersionAndKind = 0xf0;
  constexpr std::uint8_t kUserPacket = 255;
  if (bytes.size() < 8 || (bytes[0] & kVersionAndKind) != 0x30 || bytes[1] != kUserPacket)
    return false;
  const std::uint8_t flags = bytes[0];
  const std::uint16_t size = load16(bytes.data() + 2);
  bytes = bytes.subspan(8);
  if (!fit(bytes, size, scope)) return false;
  if ((flags & 0x07) != 0) {
    if (bytes.size() < 4) return false;
    std::uint8_t next = (flags & 0x04) != 0 ? bytes[3] : 0;
    bytes = bytes.subspan(4);
    while (next != 0) {
      const std::size_t extension_bytes = bytes.empty() ? 0 : bytes[0] * std::size_t{4};
      if (extension_bytes == 0 || extension_bytes > bytes.size()) return false;
      next = bytes[extension_bytes - 1];
      bytes = bytes.subspan(extension_bytes);
    }
  }
  if (bytes.empty() || !enter(Tunnel::gtp, 0, scope)) return false;
  const int version = bytes[0] >> 4;
  // 5G sessions may carry Ethernet.
  return version == 4 || version == 6 ? ip(bytes, scope) : ethernet(bytes, scope);
}

/// RFC 4380, 5.1.1.
bool Layers::teredo(Bytes bytes, const Scope& scope) {
  if (bytes.size() >= 4 && load16(bytes.data()) == 1) {  // authentication
    const std::size_t size = std::size_t{13} + bytes[2] + bytes[3];
    if (size > bytes.size()) return false;
    bytes = bytes.subspan(size);
  }
  if (bytes.size() >= 8 && load16(bytes.data()) == 0) bytes = bytes.subspan(8);  // origin
  // Any other protocol may use the port: the length has to be right too. Trailers may follow.
  if (bytes.size() < 40 || bytes[0] >> 4 != 6) return false;
  const std::size_t announced = std::size_t{40} + load16(bytes.data() + 4);
  if (announced > bytes.size() + scope.cut + scope.lost) return false;
  Scope inner = scope;
  return enter(Tunnel::teredo, 0, inner) && ipv6(bytes, inner);
}

/// RFC 2661, 3.1: data messages. Tunnel and session ids differ by direction.
bool Layers::l2tp(Bytes bytes, Scope scope) {
  constexpr std::uint16_t kControl = 0x8000;
  constexpr std::uint16_t kLength = 0x4000;
  constexpr std::uint16_t kSequence = 0x0800;
  constexpr std::uint16_t kOffset = 0x0200;
  ByteCursor in(bytes);
  const std::uint16_t flags = in.u16();
  if ((flags & 0x000f) != 2 || (flags & kControl) != 0) return false;
  if ((flags & kLength) != 0) {
    if (!fit(bytes, in.u16(), scope) || bytes.size() < 4) return false;
    in = ByteCursor(bytes.subspan(4));
  }
  in.skip(4);
  if ((flags & kSequence) != 0) in.skip(4);
  if ((flags & kOffset) != 0) in.skip(in.u16());
  return in.ok() && enter(Tunnel::l2tp, 0, scope) && ppp(in.rest(), scope);
}

}  // namespace outspan::decode
