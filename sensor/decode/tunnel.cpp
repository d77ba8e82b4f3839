#include "decode/layers.h"
#include "decode/load.h"

namespace outspan::decode {
namespace {

namespace protocol {
constexpr std::uint8_t kIpv4 = 4;
constexpr std::uint8_t kIpv6 = 41;
constexpr std::uint8_t kGre = 47;
constexpr std::uint8_t kEtherIp = 97;
constexpr std::uint8_t kL2tp = 115;
constexpr std::uint8_t kMpls = 137;
constexpr std::uint8_t kEthernet = 143;
}  // namespace protocol

namespace gre_flag {
constexpr std::uint16_t kChecksum = 0x8000;
constexpr std::uint16_t kRouting = 0x4000;
constexpr std::uint16_t kKey = 0x2000;
constexpr std::uint16_t kSequence = 0x1000;
constexpr std::uint16_t kAcknowledgment = 0x0080;  // version 1
constexpr std::uint16_t kVersion = 0x0007;
}  // namespace gre_flag

namespace gre_type {
constexpr std::uint16_t kEthernet = 0x6558;
constexpr std::uint16_t kErspan = 0x88be;
constexpr std::uint16_t kErspan3 = 0x22eb;
constexpr std::uint16_t kPpp = 0x880b;
constexpr std::uint16_t kWccp = 0x883e;
}  // namespace gre_type

constexpr int kMaxRoutingEntries = 16;

/// Nothing follows the header: keep-alives, and acknowledgments of PPTP.
bool is_bare_gre(Bytes bytes) noexcept {
  ByteCursor in(bytes);
  const std::uint16_t flags = in.u16();
  const bool pptp = (flags & gre_flag::kVersion) == 1;
  std::size_t size = pptp ? 8 : 4;
  if ((flags & (gre_flag::kChecksum | gre_flag::kRouting)) != 0) size += 4;
  if (!pptp && (flags & gre_flag::kKey) != 0) size += 4;
  if ((flags & gre_flag::kSequence) != 0) size += 4;
  if (pptp && (flags & gre_flag::kAcknowledgment) != 0) size += 4;
  return in.ok() && bytes.size() == size;
}

}  // namespace

/// Leaves in `bytes` what is payload if nothing came of them.
bool Layers::ip_tunnel(std::uint8_t protocol, Bytes& bytes, const Scope& scope) {
  Scope inner = scope;
  switch (protocol) {
    case protocol::kIpv4: return enter(Tunnel::ip_in_ip, 0, inner) && ipv4(bytes, inner);
    case protocol::kIpv6: return enter(Tunnel::ip_in_ip, 0, inner) && ipv6(bytes, inner);
    case protocol::kGre:
      if (gre(bytes, scope)) return true;
      if (is_bare_gre(bytes)) bytes = {};
      return false;
    case protocol::kMpls: return enter(Tunnel::mpls_in_ip, 0, inner) && mpls(bytes, inner);
    case protocol::kEtherIp:  // RFC 3378: version 3 and 12 bits of zero
      return bytes.size() >= 2 && bytes[0] == 0x30 && enter(Tunnel::etherip, 0, inner) &&
             ethernet(bytes.subspan(2), inner);
    case protocol::kL2tp: return l2tp_over_ip(bytes, scope);
    case protocol::kEthernet:  // RFC 8986, 9: segment routing
      return enter(Tunnel::ip_in_ip, 0, inner) && ethernet(bytes, inner);
    default: return false;
  }
}

/// RFC 3931, 4.1.1. Only the two ends know how long the cookie and the sublayer's header are.
bool Layers::l2tp_over_ip(Bytes bytes, const Scope& scope) {
  constexpr std::size_t kSessionBytes = 4;
  Scope inner = scope;
  return bytes.size() > kSessionBytes && load32(bytes.data()) != 0 &&
         enter(Tunnel::l2tp, 0, inner) && behind_unknown(bytes.subspan(kSessionBytes), inner);
}

/// RFC 1701 and RFC 2890 (version 0); version 1 is PPTP's.
bool Layers::gre(Bytes bytes, const Scope& scope) {
  ByteCursor in(bytes);
  const std::uint16_t flags = in.u16();
  const std::uint16_t type = in.u16();
  const std::uint16_t version = flags & gre_flag::kVersion;
  if (version == 1) return type == gre_type::kPpp && pptp(bytes, scope);
  if (version != 0) return false;

  if ((flags & (gre_flag::kChecksum | gre_flag::kRouting)) != 0) in.skip(4);
  const std::uint32_t key = (flags & gre_flag::kKey) != 0 ? in.u32() : 0;
  const bool sequenced = (flags & gre_flag::kSequence) != 0;
  if (sequenced) in.skip(4);
  if ((flags & gre_flag::kRouting) != 0) {
    // Address family, offset, length; the list ends with an entry of length 0.
    bool last = false;
    for (int entries = 0; entries < kMaxRoutingEntries && !last && in.ok(); ++entries) {
      in.skip(3);
      const std::uint8_t size = in.u8();
      in.skip(size);
      last = size == 0;
    }
  }
  return in.ok() && gre_payload(type, key, sequenced, in.rest(), scope);
}

bool Layers::gre_payload(std::uint16_t type, std::uint32_t key, bool sequenced, Bytes bytes,
                         const Scope& scope) {
  Scope inner = scope;
  switch (type) {
    case gre_type::kErspan:
      // Type II numbers its packets, type I has neither number nor header.
      if (sequenced && erspan_2(bytes, scope)) return true;
      return enter(Tunnel::erspan, 0, inner) && ethernet(bytes, inner);
    case gre_type::kErspan3: return erspan_3(bytes, scope);
    case gre_type::kEthernet:
      // NVGRE (RFC 7637): the low byte spreads flows, the rest is the network.
      return enter(Tunnel::gre, key >> 8, inner) && ethernet(bytes, inner);
    case gre_type::kWccp:
      // Version 2 of WCCP has a redirect header in front of the packet, version 1 has not.
      if (!enter(Tunnel::gre, key, inner)) return false;
      if (!bytes.empty() && bytes[0] >> 4 == 4 && ipv4(bytes, inner)) return true;
      return bytes.size() > 4 && ipv4(bytes.subspan(4), inner);
    default: return enter(Tunnel::gre, key, inner) && ether_type(type, bytes, inner);
  }
}

/// RFC 2637, 4.1. The call id differs by direction, so it tells nothing apart here.
bool Layers::pptp(Bytes bytes, const Scope& scope) {
  ByteCursor in(bytes);
  const std::uint16_t flags = in.u16();
  in.skip(2);
  const std::uint16_t size = in.u16();
  in.skip(2);
  if ((flags & gre_flag::kSequence) == 0) return false;  // an acknowledgment alone
  in.skip(4);
  if ((flags & gre_flag::kAcknowledgment) != 0) in.skip(4);
  Scope inner = scope;
  if (!in.ok() || !enter(Tunnel::pptp, 0, inner)) return false;
  Bytes payload = in.rest();
  fit(payload, size, inner);
  return ppp(payload, inner);
}

/// draft-foschiano-erspan-03, 4.2. The session is the same for both directions of a mirror.
bool Layers::erspan_2(Bytes bytes, const Scope& scope) {
  if (bytes.size() < 8 || bytes[0] >> 4 != 1) return false;
  Scope inner = scope;
  const std::uint32_t session = load16(bytes.data() + 2) & 0x03ff;
  return enter(Tunnel::erspan, session, inner) && ethernet(bytes.subspan(8), inner);
}

/// The same, 4.3.
bool Layers::erspan_3(Bytes bytes, const Scope& scope) {
  if (bytes.size() < 12 || bytes[0] >> 4 != 2) return false;
  Scope inner = scope;
  const std::uint32_t session = load16(bytes.data() + 2) & 0x03ff;
  const bool platform_header = (bytes[11] & 1) != 0;
  const std::size_t header_bytes = platform_header ? 20 : 12;
  if (bytes.size() < header_bytes || !enter(Tunnel::erspan, session, inner)) return false;
  const bool ip_frame = (load16(bytes.data() + 10) >> 10 & 0x1f) == 2;
  const Bytes frame = bytes.subspan(header_bytes);
  return ip_frame ? ip(frame, inner) : ethernet(frame, inner);
}

}  // namespace outspan::decode
