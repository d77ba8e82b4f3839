#include "decode/ether_types.h"
#include "decode/layers.h"
#include "decode/load.h"

namespace outspan::decode {
namespace {

using capture::LinkType;

}  // namespace

bool Layers::wide_area(LinkType type, Bytes bytes, const Scope& scope) {
  // Some captures say in a byte in front which way a frame went.
  const auto behind_direction = [&bytes] { return bytes.subspan(bytes.empty() ? 0 : 1); };
  constexpr std::size_t kSlipHeaderBytes = 16;  // direction and the compressed header
  constexpr std::size_t kSunAtmHeaderBytes = 4;
  switch (type) {
    case LinkType::ppp: return ppp(bytes, scope);
    case LinkType::ppp_hdlc:
      // RFC 1547 links carry Cisco's framing too; PPP always starts with the address 0xff.
      return !bytes.empty() && bytes[0] != 0xff ? cisco_hdlc(bytes, scope) : ppp(bytes, scope);
    case LinkType::ppp_ether: return pppoe(bytes, scope);
    case LinkType::ppp_pppd:
    case LinkType::ppp_with_direction: {
      // pppd writes the direction over the address, others put it in front.
      const Bytes frame = behind_direction();
      return ppp(!frame.empty() && frame[0] == 0x03 ? frame.subspan(1) : frame, scope);
    }
    case LinkType::cisco_hdlc: return cisco_hdlc(bytes, scope);
    case LinkType::cisco_hdlc_with_direction: return cisco_hdlc(behind_direction(), scope);
    case LinkType::frame_relay: return frame_relay(bytes, scope);
    case LinkType::frame_relay_with_direction: return frame_relay(behind_direction(), scope);
    case LinkType::atm_rfc1483: return atm(bytes, scope);
    case LinkType::sun_atm:
      if (bytes.size() < kSunAtmHeaderBytes) return refuse(Error::link_header);
      return atm(bytes.subspan(kSunAtmHeaderBytes), scope);
    case LinkType::slip:
      if (bytes.size() < kSlipHeaderBytes) return refuse(Error::link_header);
      return ip(bytes.subspan(kSlipHeaderBytes), scope);
    default: return leave(Unread::Kind::link_type, static_cast<std::uint32_t>(type));
  }
}

bool Layers::cisco_hdlc(Bytes bytes, const Scope& scope) {
  constexpr std::uint16_t kKeepAlive = 0x8035;  // SLARP; reverse ARP elsewhere
  constexpr std::uint16_t kDiscovery = 0x2000;  // CDP
  constexpr std::uint16_t kOsi = 0xfefe;
  if (bytes.size() < 4) return refuse(Error::link_header);
  const std::uint16_t type = load16(bytes.data() + 2);
  if (type == kKeepAlive || type == kDiscovery || type == kOsi) return leave(Unread::Kind::control);
  if (type < ethertype::kMin) return leave(Unread::Kind::ether_type, type);
  return ether_type(type, bytes.subspan(4), scope);
}

/// RFC 1661 with the compressions of RFC 1662, 3.2 (no address) and 1661, 6.5 (short protocol).
bool Layers::ppp(Bytes bytes, const Scope& scope) {
  if (bytes.size() >= 2 && bytes[0] == 0xff && bytes[1] == 0x03) bytes = bytes.subspan(2);
  if (bytes.empty()) return refuse(Error::link_header);
  const bool compressed = (bytes[0] & 1) != 0;
  if (!compressed && bytes.size() < 2) return refuse(Error::link_header);
  const std::uint16_t protocol = compressed ? bytes[0] : load16(bytes.data());
  const Bytes packet = bytes.subspan(compressed ? 1 : 2);
  constexpr std::uint16_t kNegotiation = 0x8000;  // from here on: LCP, IPCP, CHAP ...
  switch (protocol) {
    case 0x0021: return ipv4(packet, scope);
    case 0x0057: return ipv6(packet, scope);
    case 0x0281:
    case 0x0283: return mpls(packet, scope);
    case 0x0031:  // RFC 3518: bridged frames, with flags and a type in front
      return packet.size() > 2 && nested_ethernet(packet.subspan(2), scope);
    default:
      if (protocol >= kNegotiation) return leave(Unread::Kind::control);
      return leave(Unread::Kind::ppp, protocol);
  }
}

/// RFC 2516.
bool Layers::pppoe(Bytes bytes, Scope scope) {
  if (bytes.size() < 6 || bytes[0] != 0x11) return refuse(Error::link_header);
  if (bytes[1] != 0) return leave(Unread::Kind::control);  // discovery
  const std::uint16_t size = load16(bytes.data() + 4);
  bytes = bytes.subspan(6);
  fit(bytes, size, scope);
  return ppp(bytes, scope);
}

/// Q.922 address (its last byte has the lowest bit set), then RFC 2427, or Cisco's EtherType.
bool Layers::frame_relay(Bytes bytes, const Scope& scope) {
  constexpr std::uint8_t kUnnumbered = 0x03;
  std::size_t address_bytes = 2;
  while (address_bytes <= 4 && address_bytes <= bytes.size() && (bytes[address_bytes - 1] & 1) == 0)
    ++address_bytes;
  if (address_bytes > 4 || bytes.size() < address_bytes + 2) return refuse(Error::link_header);
  const Bytes frame = bytes.subspan(address_bytes);
  if (frame[0] == kUnnumbered) return network_layer_id(frame.subspan(1), scope);
  const std::uint16_t type = load16(frame.data());
  if (type < ethertype::kMin) return leave(Unread::Kind::ether_type, type);
  return ether_type(type, frame.subspan(2), scope);
}

/// ISO/IEC TR 9577; a byte of zeros may stand in front for alignment.
bool Layers::network_layer_id(Bytes bytes, const Scope& scope) {
  if (!bytes.empty() && bytes[0] == 0) bytes = bytes.subspan(1);
  if (bytes.empty()) return refuse(Error::link_header);
  const Bytes packet = bytes.subspan(1);
  switch (bytes[0]) {
    case 0xcc: return ipv4(packet, scope);
    case 0x8e: return ipv6(packet, scope);
    case 0x80: return snap(packet, scope);
    case 0xcf: return ppp(packet, scope);
    case 0x08:  // Q.933: management of the link
    case 0x81:
    case 0x82:
    case 0x83: return leave(Unread::Kind::control);
    default: return leave(Unread::Kind::llc, bytes[0]);
  }
}

/// RFC 2684: 802.2 in front, or one protocol a circuit.
bool Layers::atm(Bytes bytes, const Scope& scope) {
  if (bytes.size() < 3) return refuse(Error::link_header);
  const std::uint8_t first = bytes[0];
  if (bytes[2] == 0x03 && (first == 0xaa || first == 0xfe || first == 0x42))
    return llc(0, bytes, scope);
  if (first >> 4 == 4 || first >> 4 == 6) return ip(bytes, scope);
  if (first == 0 && bytes[1] == 0 && bytes.size() > 2)
    return nested_ethernet(bytes.subspan(2), scope);
  return ppp(bytes, scope);
}

}  // namespace outspan::decode
