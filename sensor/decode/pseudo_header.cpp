#include "decode/ether_types.h"
#include "decode/layers.h"
#include "decode/load.h"

namespace outspan::decode {
namespace {

using capture::LinkType;

/// Linux cooked captures mark 802.2 frames so.
constexpr std::uint16_t kLinux8022 = 0x0004;

/// AF_INET and AF_INET6 of the systems there are: Linux, Windows, NetBSD and OpenBSD, FreeBSD,
/// macOS.
int ip_version(std::uint32_t family) noexcept {
  switch (family) {
    case 2: return 4;
    case 10:
    case 23:
    case 24:
    case 28:
    case 30: return 6;
    default: return 0;
  }
}

}  // namespace

bool Layers::pseudo_header(LinkType type, Bytes bytes, const Scope& scope) {
  constexpr std::size_t kEncHeaderBytes = 12;
  switch (type) {
    case LinkType::linux_sll: return linux_cooked(bytes, scope);
    case LinkType::linux_sll2: return linux_cooked_2(bytes, scope);
    case LinkType::nflog: return nflog(bytes, scope);
    case LinkType::ppi: return ppi(bytes, scope);
    case LinkType::pktap:
    case LinkType::user_2: return pktap(bytes, scope);
    case LinkType::openbsd_enc:  // address family, SPI, flags
      if (bytes.size() < kEncHeaderBytes) return refuse(Error::link_header);
      return ip(bytes.subspan(kEncHeaderBytes), scope);
    case LinkType::pflog: {  // its length, filled up to four bytes; the address family
      const std::size_t size = bytes.empty() ? 0 : (bytes[0] + std::size_t{3}) / 4 * 4;
      if (size < 4 || size > bytes.size()) return refuse(Error::link_header);
      return ip(bytes.subspan(size), scope);
    }
    default: return null_loopback(bytes, scope);
  }
}

/// The address family of the machine that captured, in its byte order; DLT_LOOP: network order.
bool Layers::null_loopback(Bytes bytes, const Scope& scope) {
  if (bytes.size() < 4) return refuse(Error::link_header);
  const std::uint32_t big = load32(bytes.data());
  const std::uint32_t family = big > 0xffff ? __builtin_bswap32(big) : big;
  switch (ip_version(family)) {
    case 4: return ipv4(bytes.subspan(4), scope);
    case 6: return ipv6(bytes.subspan(4), scope);
    default: return leave(Unread::Kind::family, family);
  }
}

bool Layers::linux_cooked(Bytes bytes, const Scope& scope) {
  if (bytes.size() < 16) return refuse(Error::link_header);
  const std::uint16_t type = load16(bytes.data() + 14);
  if (type == kLinux8022) return llc(0, bytes.subspan(16), scope);
  if (type < ethertype::kMin) return leave(Unread::Kind::ether_type, type);
  return ether_type(type, bytes.subspan(16), scope);
}

bool Layers::linux_cooked_2(Bytes bytes, const Scope& scope) {
  if (bytes.size() < 20) return refuse(Error::link_header);
  const std::uint16_t type = load16(bytes.data());
  if (type == kLinux8022) return llc(0, bytes.subspan(20), scope);
  if (type < ethertype::kMin) return leave(Unread::Kind::ether_type, type);
  return ether_type(type, bytes.subspan(20), scope);
}

/// Attributes (length, type, value) as netlink has them, in the byte order of the machine that
/// captured; one of them is the packet. https://www.tcpdump.org/linktypes/LINKTYPE_NFLOG.html
bool Layers::nflog(Bytes bytes, const Scope& scope) {
  constexpr std::size_t kHeaderBytes = 4;
  constexpr std::uint16_t kPayload = 9;
  if (bytes.size() < kHeaderBytes + 4) return refuse(Error::link_header);
  bytes = bytes.subspan(kHeaderBytes);
  const bool little = load16_le(bytes.data()) <= load16(bytes.data());
  while (bytes.size() >= 4) {
    const auto u16 = [little](const std::uint8_t* at) {
      return little ? load16_le(at) : load16(at);
    };
    const std::size_t size = u16(bytes.data());
    const bool payload = (u16(bytes.data() + 2) & 0x7fff) == kPayload;
    if (size < 4 || (size > bytes.size() && !payload)) return refuse(Error::link_header);
    if (payload) return ip(bytes.subspan(4, std::min(size, bytes.size()) - 4), scope);
    bytes = bytes.subspan(std::min((size + 3) / 4 * 4, bytes.size()));
  }
  return refuse(Error::link_header);
}

/// macOS: its length and the link type of the frame behind it, in the byte order of the machine.
/// https://www.tcpdump.org/linktypes/LINKTYPE_PKTAP.html
bool Layers::pktap(Bytes bytes, const Scope& scope) {
  constexpr std::size_t kMinBytes = 12;
  if (bytes.size() < kMinBytes) return refuse(Error::link_header);
  const bool little = load32_le(bytes.data()) <= load32(bytes.data());
  const auto u32 = [&](std::size_t at) {
    return little ? load32_le(bytes.data() + at) : load32(bytes.data() + at);
  };
  const std::size_t size = u32(0);
  const std::uint32_t link_type = u32(8);
  if (size < kMinBytes || size > bytes.size() || link_type > 0xffff)
    return refuse(Error::link_header);
  Scope inner = scope;
  return deepen(inner) && link(static_cast<LinkType>(link_type), bytes.subspan(size), inner);
}

/// CACE's per-packet information: version, flags, its length, the link type.
bool Layers::ppi(Bytes bytes, const Scope& scope) {
  if (bytes.size() < 8) return refuse(Error::link_header);
  const std::size_t size = load16_le(bytes.data() + 2);
  const std::uint32_t link_type = load32_le(bytes.data() + 4);
  if (size < 8 || size > bytes.size() || link_type > 0xffff) return refuse(Error::link_header);
  Scope inner = scope;
  return deepen(inner) && link(static_cast<LinkType>(link_type), bytes.subspan(size), inner);
}

}  // namespace outspan::decode
