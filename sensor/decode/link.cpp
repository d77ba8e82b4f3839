#include <algorithm>

#include "decode/layers.h"
#include "decode/load.h"

namespace outspan::decode {
namespace {

using capture::LinkType;

namespace ethertype {
constexpr std::uint16_t kIpv4 = 0x0800;
constexpr std::uint16_t kVlan = 0x8100;
constexpr std::uint16_t kIpv6 = 0x86dd;
constexpr std::uint16_t kCiscoMetaData = 0x8909;
constexpr std::uint16_t kMpls = 0x8847;
constexpr std::uint16_t kMplsMulticast = 0x8848;
constexpr std::uint16_t kPppoeSession = 0x8864;
constexpr std::uint16_t kProviderVlan = 0x88a8;
constexpr std::uint16_t kProviderBackbone = 0x88e7;
constexpr std::uint16_t kVnTag = 0x8926;
constexpr std::uint16_t kEtag = 0x893f;
constexpr std::uint16_t kServiceHeader = 0x894f;
constexpr std::uint16_t kEthernet = 0x6558;
constexpr std::uint16_t kPpp = 0x880b;
constexpr std::uint16_t kOldQinQ = 0x9100;
constexpr std::uint16_t kOldQinQ2 = 0x9200;
constexpr std::uint16_t kOldQinQ3 = 0x9300;
/// Below it stands a length (802.3).
constexpr std::uint16_t kMin = 0x0600;
/// Linux cooked captures mark 802.2 frames so.
constexpr std::uint16_t kLinux8022 = 0x0004;
}  // namespace ethertype

constexpr std::size_t kEthernetHeaderBytes = 14;
constexpr int kMaxTags = 16;
constexpr int kMaxLabels = 16;

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

}  // namespace

bool Layers::link(LinkType type, Bytes bytes, const Scope& scope) {
  switch (type) {
    case LinkType::ethernet: return ethernet(bytes, scope);
    case LinkType::raw_ip:
    case LinkType::raw_ip_bsd:
    case LinkType::raw_ip_openbsd:
    case LinkType::ipv4:
    case LinkType::ipv6: return ip(bytes, scope);
    case LinkType::null_loopback:
    case LinkType::loop: return null_loopback(bytes, scope);
    case LinkType::linux_sll: return linux_cooked(bytes, scope);
    case LinkType::linux_sll2: return linux_cooked_2(bytes, scope);
    case LinkType::ppp: return ppp(bytes, scope);
    case LinkType::ppp_hdlc:
      // RFC 1547 links carry Cisco's framing too; PPP always starts with the address 0xff.
      return !bytes.empty() && bytes[0] != 0xff ? cisco_hdlc(bytes, scope) : ppp(bytes, scope);
    case LinkType::cisco_hdlc: return cisco_hdlc(bytes, scope);
    case LinkType::ppp_ether: return pppoe(bytes, scope);
  }
  return refuse(Error::link_type);
}

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
    case ethertype::kCiscoMetaData: size = 6; break;
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
    return type < ethertype::kMin && llc(type, bytes, scope);
  }
  return refuse(Error::link_header);
}

bool Layers::nested_ethernet(Bytes bytes, Scope scope) {
  return deepen(scope) && ethernet(bytes, scope);
}

/// 802.2: IP by its own service access point, or by SNAP (RFC 1042).
bool Layers::llc(std::uint16_t size, Bytes bytes, Scope scope) {
  if (size > 0) fit(bytes, size, scope);
  if (bytes.size() < 3) return false;
  if (bytes[0] == 0x06 && bytes[1] == 0x06) return ipv4(bytes.subspan(3), scope);
  const bool snap = bytes[0] == 0xaa && bytes[1] == 0xaa && bytes.size() >= 8;
  const bool ethernet_types = snap && bytes[3] == 0 && bytes[4] == 0 && (bytes[5] & 0x07) == 0;
  if (!ethernet_types) return false;
  const std::uint16_t type = load16(bytes.data() + 6);
  return type >= ethertype::kMin && ether_type(type, bytes.subspan(8), scope);
}

/// The address family of the machine that captured, in its byte order; DLT_LOOP: network order.
bool Layers::null_loopback(Bytes bytes, const Scope& scope) {
  if (bytes.size() < 4) return refuse(Error::link_header);
  const std::uint32_t big = load32(bytes.data());
  const std::uint32_t family = big > 0xffff ? __builtin_bswap32(big) : big;
  const Bytes packet = bytes.subspan(4);
  switch (family) {
    case 2: return ipv4(packet, scope);
    case 10:  // Linux, Windows, NetBSD and OpenBSD, FreeBSD, macOS
    case 23:
    case 24:
    case 28:
    case 30: return ipv6(packet, scope);
    default: return false;
  }
}

bool Layers::linux_cooked(Bytes bytes, const Scope& scope) {
  if (bytes.size() < 16) return refuse(Error::link_header);
  const std::uint16_t type = load16(bytes.data() + 14);
  if (type == ethertype::kLinux8022) return llc(0, bytes.subspan(16), scope);
  return type >= ethertype::kMin && ether_type(type, bytes.subspan(16), scope);
}

bool Layers::linux_cooked_2(Bytes bytes, const Scope& scope) {
  if (bytes.size() < 20) return refuse(Error::link_header);
  const std::uint16_t type = load16(bytes.data());
  if (type == ethertype::kLinux8022) return llc(0, bytes.subspan(20), scope);
  return type >= ethertype::kMin && ether_type(type, bytes.subspan(20), scope);
}

bool Layers::cisco_hdlc(Bytes bytes, const Scope& scope) {
  if (bytes.size() < 4) return refuse(Error::link_header);
  const std::uint16_t type = load16(bytes.data() + 2);
  return type >= ethertype::kMin && ether_type(type, bytes.subspan(4), scope);
}

/// RFC 1661 with the compressions of RFC 1662, 3.2 (no address) and 1661, 6.5 (short protocol).
bool Layers::ppp(Bytes bytes, const Scope& scope) {
  if (bytes.size() >= 2 && bytes[0] == 0xff && bytes[1] == 0x03) bytes = bytes.subspan(2);
  if (bytes.empty()) return refuse(Error::link_header);
  const bool compressed = (bytes[0] & 1) != 0;
  if (!compressed && bytes.size() < 2) return refuse(Error::link_header);
  const std::uint16_t protocol = compressed ? bytes[0] : load16(bytes.data());
  const Bytes packet = bytes.subspan(compressed ? 1 : 2);
  switch (protocol) {
    case 0x0021: return ipv4(packet, scope);
    case 0x0057: return ipv6(packet, scope);
    case 0x0281:
    case 0x0283: return mpls(packet, scope);
    default: return false;
  }
}

/// RFC 2516.
bool Layers::pppoe(Bytes bytes, Scope scope) {
  if (bytes.size() < 6 || bytes[0] != 0x11) return refuse(Error::link_header);
  if (bytes[1] != 0) return false;  // discovery
  const std::uint16_t size = load16(bytes.data() + 4);
  bytes = bytes.subspan(6);
  fit(bytes, size, scope);
  return ppp(bytes, scope);
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
    default: return false;
  }
}

}  // namespace outspan::decode
