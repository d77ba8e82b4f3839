#include <algorithm>

#include "decode/ether_types.h"
#include "decode/layers.h"
#include "decode/load.h"

namespace outspan::decode {
namespace {

constexpr std::size_t kEthernetHeaderBytes = 14;
constexpr int kMaxTags = 16;
constexpr int kMaxLabels = 16;
/// No header of a vendor's that was met is longer.
constexpr std::size_t kMaxUnknownBytes = 64;

/// An Ethernet address may well start like an IP header, but hardly with a length that fits.
bool plausible_ip(Bytes bytes, const Scope& scope) noexcept {
  if (bytes.size() < 20) return false;
  const std::size_t there = bytes.size() + scope.cut + scope.lost;
  const std::uint16_t length = load16(bytes.data() + 2);
  switch (bytes[0] >> 4) {
    case 4: return (bytes[0] & 0x0f) >= 5 && (length == 0 || (length >= 20 && length <= there));
    case 6: return std::size_t{40} + load16(bytes.data() + 4) <= there;
    default: return false;
  }
}

/// ES-IS, IS-IS and CLNP: routers among themselves.
bool is_osi_routing(std::uint8_t network_layer_id) noexcept {
  return network_layer_id >= 0x81 && network_layer_id <= 0x83;
}

/// Complete, its checksum right, its length that of the frame (which may be padded).
bool proven_ipv4(Bytes bytes, const Scope& scope) noexcept {
  if (!plausible_ip(bytes, scope) || bytes[0] >> 4 != 4) return false;
  const std::size_t header_bytes = (bytes[0] & 0x0fU) * 4U;
  if (header_bytes > bytes.size()) return false;
  const std::size_t there = bytes.size() + scope.cut + scope.lost;
  if (load16(bytes.data() + 2) + kMaxUnknownBytes < there) return false;
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < header_bytes; i += 2) sum += load16(bytes.data() + i);
  return (sum & 0xffff) + (sum >> 16) == 0xffff;
}

}  // namespace

bool Layers::ethernet(Bytes bytes, const Scope& scope) {
  if (bytes.size() < kEthernetHeaderBytes) return refuse(Error::link_header);
  const std::uint16_t type = load16(bytes.data() + 12);
  const Bytes inner = bytes.subspan(kEthernetHeaderBytes);
  return type == ethertype::kIpv4 ? ipv4(inner, scope) : ether_type(type, inner, scope);
}

/// Steps over one tag. False: there is none, or it is cut (then `bytes` is empty).
bool Layers::tagged(std::uint16_t& type, Bytes& bytes, Scope& scope) {
  std::size_t size = 0;
  switch (type) {
    case ethertype::kVlan:
    case ethertype::kProviderVlan:
    case ethertype::kOldQinQ:
    case ethertype::kOldQinQ2:
    case ethertype::kOldQinQ3:
      if (bytes.size() >= 4) scope.add_vlan(load16(bytes.data()));
      size = 4;
      break;
    case ethertype::kVnTag:
    case ethertype::kRedundancy: size = 6; break;
    case ethertype::kCiscoMetaData:  // TrustSec: version, length, option, group tag
    case ethertype::kEtag: size = 8; break;
    default: return false;
  }
  if (bytes.size() < size) {
    bytes = {};
    return refuse(Error::link_header);
  }
  type = load16(bytes.data() + size - 2);
  bytes = bytes.subspan(size);
  return true;
}

bool Layers::ether_type(std::uint16_t type, Bytes bytes, Scope scope) {
  for (int tags = 0; tags < kMaxTags; ++tags) {
    switch (type) {
      case ethertype::kIpv4: return ipv4(bytes, scope);
      case ethertype::kIpv6: return ipv6(bytes, scope);
      case ethertype::kMpls:
      case ethertype::kMplsMulticast: return mpls(bytes, scope);
      case ethertype::kPppoeSession: return pppoe(bytes, scope);
      case ethertype::kPpp: return ppp(bytes, scope);
      case ethertype::kEthernet: return nested_ethernet(bytes, scope);
      case ethertype::kProviderBackbone:
        if (bytes.size() < 4) return refuse(Error::link_header);
        return nested_ethernet(bytes.subspan(4), scope);
      case ethertype::kServiceHeader: return service_header(bytes, scope);
      default: break;
    }
    if (tagged(type, bytes, scope)) continue;
    return type < ethertype::kMin ? llc(type, bytes, scope) : unknown_tag(type, bytes, scope);
  }
  return refuse(Error::link_header);
}

/// Vendors put headers of their own between Ethernet and IP. What nobody else knows is searched for
/// an IP packet.
bool Layers::unknown_tag(std::uint16_t type, Bytes bytes, const Scope& scope) {
  if (bytes.empty()) return refuse(Error::link_header);
  if (is_control(type, bytes.size())) return leave(Unread::Kind::control);
  return behind_unknown(bytes, scope) || leave(Unread::Kind::ether_type, type);
}

bool Layers::behind_unknown(Bytes bytes, const Scope& scope) {
  for (std::size_t at = 0; at <= kMaxUnknownBytes && at + 2 < bytes.size(); at += 2) {
    const Bytes packet = bytes.subspan(at);
    if (proven_ipv4(packet, scope)) return ipv4(packet, scope);
    const bool ipv6_type = load16(packet.data()) == ethertype::kIpv6;
    if (ipv6_type && plausible_ip(packet.subspan(2), scope) && packet[2] >> 4 == 6)
      return ipv6(packet.subspan(2), scope);
  }
  return false;
}

bool Layers::nested_ethernet(Bytes bytes, Scope scope) {
  return deepen(scope) && ethernet(bytes, scope);
}

/// 802.2: IP by its own service access point, or by SNAP (RFC 1042).
bool Layers::llc(std::uint16_t size, Bytes bytes, Scope scope) {
  if (!deepen(scope)) return false;
  if (size > 0) fit(bytes, size, scope);
  if (bytes.size() < 3) return refuse(Error::link_header);
  if (bytes[0] == 0x06 && bytes[1] == 0x06) return ipv4(bytes.subspan(3), scope);
  if (bytes[0] == 0xaa && bytes[1] == 0xaa) return snap(bytes.subspan(3), scope);
  if (bytes[0] == 0xfe && bytes[1] == 0xfe && bytes.size() > 3 && !is_osi_routing(bytes[3]))
    return network_layer_id(bytes.subspan(3), scope);
  return leave(is_control_llc(bytes[0]) ? Unread::Kind::control : Unread::Kind::llc, bytes[0]);
}

/// An organisation and its protocol: EtherTypes, also those that 802.1H bridges otherwise, whole
/// frames (RFC 2684, RFC 2427), or something of the vendor's.
bool Layers::snap(Bytes bytes, const Scope& scope) {
  if (bytes.size() < 5) return refuse(Error::link_header);
  const std::uint32_t organisation = load32(bytes.data()) >> 8;
  const std::uint16_t type = load16(bytes.data() + 3);
  const Bytes inner = bytes.subspan(5);
  constexpr std::uint32_t kBridgeTunnel = 0x0000f8;
  constexpr std::uint32_t kBridged = 0x0080c2;
  constexpr std::uint32_t kCisco = 0x00000c;
  if ((organisation == 0 || organisation == kBridgeTunnel) && type >= ethertype::kMin)
    return ether_type(type, inner, scope);
  if (organisation == kBridged && (type == 1 || type == 7)) {
    // ATM pads the frame to a multiple of four.
    const bool padded = inner.size() > 2 && inner[0] == 0 && inner[1] == 0;
    if (padded && nested_ethernet(inner.subspan(2), scope)) return true;
    return nested_ethernet(inner, scope);
  }
  if (organisation == kCisco) return leave(Unread::Kind::control);  // CDP, VTP, DTP, UDLD, PVST
  return leave(Unread::Kind::snap, type);
}

/// RFC 3032. Nothing says what is below the labels: it is told from the bytes, as RFC 4928 has it,
/// and proven by whether it decodes.
bool Layers::mpls(Bytes bytes, const Scope& scope) {
  bool bottom = false;
  for (int labels = 0; labels < kMaxLabels && !bottom; ++labels) {
    if (bytes.size() < 4) return refuse(Error::link_header);
    bottom = (bytes[2] & 1) != 0;
    bytes = bytes.subspan(4);
  }
  if (!bottom || bytes.empty()) return refuse(Error::link_header);
  if (plausible_ip(bytes, scope) && ip(bytes, scope)) return true;
  // A pseudowire (RFC 4448), with a control word or without.
  const bool control_word = bytes[0] >> 4 == 0 && bytes.size() > 4;
  if (control_word && nested_ethernet(bytes.subspan(4), scope)) return true;
  return nested_ethernet(bytes, scope);
}

/// Network service header, RFC 8300.
bool Layers::service_header(Bytes bytes, const Scope& scope) {
  if (bytes.size() < 8) return refuse(Error::link_header);
  const std::size_t size = (bytes[1] & 0x3fU) * 4U;
  if (size < 8 || size > bytes.size()) return refuse(Error::link_header);
  const Bytes inner = bytes.subspan(size);
  switch (bytes[3]) {
    case 1: return ipv4(inner, scope);
    case 2: return ipv6(inner, scope);
    case 3: return nested_ethernet(inner, scope);
    case 5: return mpls(inner, scope);
    default: return leave(Unread::Kind::ether_type, ethertype::kServiceHeader);
  }
}

}  // namespace outspan::decode
