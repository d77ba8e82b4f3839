#include "decode/layers.h"
#include "decode/load.h"

namespace outspan::decode {
namespace {

using capture::LinkType;

}  // namespace

bool Layers::link(LinkType type, Bytes bytes, const Scope& scope) {
  switch (type) {
    case LinkType::ethernet: return ethernet(bytes, scope);
    case LinkType::raw_ip:
    case LinkType::raw_ip_bsd:
    case LinkType::raw_ip_openbsd:
    case LinkType::ipv4:
    case LinkType::ipv6: return ip(bytes, scope);
    case LinkType::mpls: return mpls(bytes, scope);
    case LinkType::token_ring:
    case LinkType::fddi:
    case LinkType::ip_over_fc:
    case LinkType::ipoib:
    case LinkType::netanalyzer: return local_area(type, bytes, scope);
    case LinkType::wifi:
    case LinkType::wifi_prism:
    case LinkType::wifi_avs:
    case LinkType::wifi_radiotap: return wifi_link(type, bytes, scope);
    case LinkType::null_loopback:
    case LinkType::loop:
    case LinkType::linux_sll:
    case LinkType::linux_sll2:
    case LinkType::openbsd_enc:
    case LinkType::pflog:
    case LinkType::nflog:
    case LinkType::ppi:
    case LinkType::pktap:
    case LinkType::user_2: return pseudo_header(type, bytes, scope);
    default: return wide_area(type, bytes, scope);
  }
}

bool Layers::local_area(LinkType type, Bytes bytes, const Scope& scope) {
  constexpr std::size_t kFddiHeaderBytes = 13;
  constexpr std::size_t kFibreChannelHeaderBytes = 16;  // RFC 2625
  constexpr std::size_t kNetAnalyzerHeaderBytes = 4;
  const auto behind = [&bytes](std::size_t header) { return bytes.subspan(header); };
  switch (type) {
    case LinkType::token_ring: return token_ring(bytes, scope);
    case LinkType::ipoib: return ip_over_infiniband(bytes, scope);
    case LinkType::fddi:
      if (bytes.size() < kFddiHeaderBytes) return refuse(Error::link_header);
      // Only frames of class "LLC" carry 802.2; tokens, MAC and station management do not.
      if ((bytes[0] & 0x30) != 0x10) return leave(Unread::Kind::control);
      return llc(0, behind(kFddiHeaderBytes), scope);
    case LinkType::ip_over_fc:
      if (bytes.size() < kFibreChannelHeaderBytes) return refuse(Error::link_header);
      return llc(0, behind(kFibreChannelHeaderBytes), scope);
    default:
      if (bytes.size() < kNetAnalyzerHeaderBytes) return refuse(Error::link_header);
      return ethernet(behind(kNetAnalyzerHeaderBytes), scope);
  }
}

/// IEEE 802.5: access and frame control, addresses, the route if the source's top bit says so.
bool Layers::token_ring(Bytes bytes, const Scope& scope) {
  if (bytes.size() < 16) return refuse(Error::link_header);
  if ((bytes[1] & 0xc0) != 0x40) return leave(Unread::Kind::control);
  const std::size_t route_bytes = (bytes[8] & 0x80) != 0 ? bytes[14] & 0x1fU : 0;
  if (14 + route_bytes > bytes.size()) return refuse(Error::link_header);
  return llc(0, bytes.subspan(14 + route_bytes), scope);
}

/// The global route header (40 bytes), then an EtherType and two bytes of zero (RFC 4391, 6).
bool Layers::ip_over_infiniband(Bytes bytes, const Scope& scope) {
  constexpr std::size_t kRouteBytes = 40;
  if (bytes.size() < kRouteBytes + 4) return refuse(Error::link_header);
  return ether_type(load16(bytes.data() + kRouteBytes), bytes.subspan(kRouteBytes + 4), scope);
}

}  // namespace outspan::decode
