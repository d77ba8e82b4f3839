#include "core/flow_context.h"
#include "decode/flow_hash.h"
#include "decode/layers.h"
#include "decode/load.h"

namespace outspan::decode {
namespace {

constexpr std::size_t kTcpHeaderBytes = 20;
constexpr std::size_t kUdpHeaderBytes = 8;
constexpr std::size_t kSctpHeaderBytes = 12;
constexpr std::size_t kIcmpHeaderBytes = 8;

/// The message that answers one of this type, so that both get the same pair of pseudo ports.
/// Community ID specification, "ICMP"; nullopt: no message answers it.
std::optional<std::uint8_t> icmp_answer(std::uint8_t type) noexcept {
  switch (type) {
    case 0: return 8;  // echo
    case 8: return 0;
    case 9: return 10;  // router advertisement
    case 10: return 9;
    case 13: return 14;  // timestamp
    case 14: return 13;
    case 15: return 16;  // information
    case 16: return 15;
    case 17: return 18;  // address mask
    case 18: return 17;
    default: return std::nullopt;
  }
}

std::optional<std::uint8_t> icmp_v6_answer(std::uint8_t type) noexcept {
  switch (type) {
    case 128:                   // echo
    case 130:                   // multicast listeners
    case 139:                   // node information
    case 144: return type + 1;  // home agent address discovery
    case 129:
    case 131:
    case 140:
    case 145: return type - 1;
    case 133:                   // router
    case 135: return type + 1;  // neighbor
    case 134:
    case 136: return type - 1;
    default: return std::nullopt;
  }
}

}  // namespace

bool Layers::transport(const IpLayer& ip, std::uint8_t protocol, Bytes bytes, const Scope& scope) {
  switch (protocol) {
    case ip_protocol::kTcp: return tcp(ip, bytes, scope);
    case ip_protocol::kUdp: return udp(ip, bytes, scope);
    case ip_protocol::kIcmp:
    case ip_protocol::kIcmpV6: return icmp(ip, protocol, bytes, scope);
    case ip_protocol::kSctp: return sctp(ip, bytes, scope);
    case ip_protocol::kUdpLite: return udp_lite(ip, bytes, scope);
    case ip_protocol::kDccp: return dccp(ip, bytes, scope);
    case ip_protocol::kAuthentication: return authenticated(ip, bytes, scope);
    default:
      if (!ip_tunnel(protocol, bytes, scope)) emit(ip, protocol, 0, 0, bytes, scope);
      return true;
  }
}

Datagram& Layers::emit(const IpLayer& ip, std::uint8_t protocol, std::uint16_t source_port,
                       std::uint16_t destination_port, Bytes payload, const Scope& scope) {
  ++datagrams_;
  if (scope.tunnel != 0) ++tunneled_;
  const std::uint64_t from = flow_hash::of_address(ip.source);
  const std::uint64_t to = flow_hash::of_address(ip.destination);
  const std::uint64_t ends = flow_hash::of_endpoint(secret_, from, source_port) +
                             flow_hash::of_endpoint(secret_, to, destination_port);
  // Filled in place: a temporary would be copied, which is most of a packet's time.
  Datagram& datagram = out_->datagrams.emplace_back();
  datagram.at = at_;
  datagram.source = ip.source;
  datagram.destination = ip.destination;
  datagram.source_port = source_port;
  datagram.destination_port = destination_port;
  datagram.ip_protocol = protocol;
  datagram.alternative = scope.alternative;
  datagram.vlan_count = scope.vlan_count;
  datagram.part = parts_;
  if (parts_ + 1 < kPartsMax) ++parts_;
  datagram.vlan = scope.vlan;
  datagram.tunnel = scope.tunnel;
  datagram.truncated_bytes = scope.cut;
  datagram.lost_bytes = scope.lost;
  datagram.payload = payload;
  if (!scope.reassembled) datagram.ip_packet = ip.packet;
  datagram.host_pair_hash = flow_hash::of_hosts(from, to);
  datagram.flow_hash = flow_hash::of_flow(secret_, ends, protocol);
  return datagram;
}

/// The transport header is not to be had: its bytes and what follows go on without ports, so that
/// they are inspected or at least accounted for.
bool Layers::broken(Error error, const IpLayer& ip, Bytes bytes, const Scope& scope) {
  errors_.count(error);
  emit(ip, kNoTransport, 0, 0, bytes, scope);
  return true;
}

/// RFC 9293, 3.1.
bool Layers::tcp(const IpLayer& ip, Bytes bytes, const Scope& scope) {
  if (bytes.size() < kTcpHeaderBytes) return broken(Error::tcp_header, ip, bytes, scope);
  const std::uint8_t* at = bytes.data();
  const std::size_t header_bytes = (at[12] >> 4) * std::size_t{4};
  // A short snap length cuts options off; what is needed stands before them.
  const std::size_t missing = header_bytes - std::min(header_bytes, bytes.size());
  if (header_bytes < kTcpHeaderBytes || missing > scope.cut)
    return broken(Error::tcp_header, ip, bytes, scope);
  Scope inner = scope;
  inner.cut -= static_cast<std::uint32_t>(missing);
  // Most segments have the timestamps and nothing else.
  constexpr std::uint32_t kTimestamps = 0x0101080a;
  const Bytes options = bytes.subspan(0, header_bytes - missing).subspan(kTcpHeaderBytes);
  if (!options.empty() && (options.size() != 12 || load32(options.data()) != kTimestamps))
    this->options(Transport::tcp, ip, options, missing != 0, scope);
  Datagram& segment = emit(ip, ip_protocol::kTcp, load16(at), load16(at + 2),
                           bytes.subspan(header_bytes - missing), inner);
  segment.tcp_sequence = load32(at + 4);
  segment.tcp_acknowledgment = load32(at + 8);
  segment.tcp_flags = at[13];
  return true;
}

/// RFC 768.
bool Layers::udp(const IpLayer& ip, Bytes bytes, const Scope& scope) {
  if (bytes.size() < kUdpHeaderBytes) return broken(Error::udp_header, ip, bytes, scope);
  const std::uint16_t source_port = load16(bytes.data());
  const std::uint16_t destination_port = load16(bytes.data() + 2);
  const std::uint16_t announced = load16(bytes.data() + 4);
  Scope inner = scope;
  Bytes datagram = bytes;
  Bytes surplus;
  if (announced >= kUdpHeaderBytes) {
    if (announced < bytes.size()) surplus = bytes.subspan(announced);
    if (!fit(datagram, announced, inner)) errors_.count(Error::udp_length);
  } else if (announced != 0) {  // 0: a jumbogram, or left to the network card
    errors_.count(Error::udp_length);
  }
  const Bytes payload = datagram.subspan(kUdpHeaderBytes);
  if (!udp_tunnel(source_port, destination_port, payload, inner))
    emit(ip, ip_protocol::kUdp, source_port, destination_port, payload, inner);
  // Bytes behind the UDP length that IP vouches for (RFC 9868) would be a place to hide things.
  if (!surplus.empty()) emit(ip, ip_protocol::kUdp, source_port, destination_port, surplus, scope);
  return true;
}

/// RFC 9260, 3.1: the chunks are the payload.
bool Layers::sctp(const IpLayer& ip, Bytes bytes, const Scope& scope) {
  if (bytes.size() < kSctpHeaderBytes) return broken(Error::sctp_header, ip, bytes, scope);
  emit(ip, ip_protocol::kSctp, load16(bytes.data()), load16(bytes.data() + 2),
       bytes.subspan(kSctpHeaderBytes), scope);
  return true;
}

/// RFC 3828: UDP whose length field says how much the checksum covers.
bool Layers::udp_lite(const IpLayer& ip, Bytes bytes, const Scope& scope) {
  if (bytes.size() < kUdpHeaderBytes) return broken(Error::udp_header, ip, bytes, scope);
  emit(ip, ip_protocol::kUdpLite, load16(bytes.data()), load16(bytes.data() + 2),
       bytes.subspan(kUdpHeaderBytes), scope);
  return true;
}

/// RFC 4340, 5.1.
bool Layers::dccp(const IpLayer& ip, Bytes bytes, const Scope& scope) {
  constexpr std::size_t kMinHeaderBytes = 12;
  const std::size_t header_bytes = bytes.size() < kMinHeaderBytes ? 0 : bytes[4] * std::size_t{4};
  if (header_bytes < kMinHeaderBytes || header_bytes > bytes.size())
    return broken(Error::dccp_header, ip, bytes, scope);
  emit(ip, ip_protocol::kDccp, load16(bytes.data()), load16(bytes.data() + 2),
       bytes.subspan(header_bytes), scope);
  return true;
}

/// RFC 4302: says who sent what follows, which is in clear. IPv6 has it among its extensions.
bool Layers::authenticated(const IpLayer& ip, Bytes bytes, const Scope& scope) {
  constexpr std::size_t kMinHeaderBytes = 12;
  const std::size_t header_bytes =
      bytes.size() < kMinHeaderBytes ? 0 : (bytes[1] + std::size_t{2}) * 4;
  Scope inner = scope;
  if (header_bytes < kMinHeaderBytes || header_bytes > bytes.size() || !deepen(inner))
    return broken(Error::ipv4_header, ip, bytes, scope);
  return transport(ip, bytes[0], bytes.subspan(header_bytes), inner);
}

/// RFC 792, RFC 4443.
bool Layers::icmp(const IpLayer& ip, std::uint8_t protocol, Bytes bytes, const Scope& scope) {
  if (bytes.size() < 4) return broken(Error::icmp_header, ip, bytes, scope);
  const std::uint8_t type = bytes[0];
  const std::optional<std::uint8_t> answer =
      protocol == ip_protocol::kIcmp ? icmp_answer(type) : icmp_v6_answer(type);
  const std::uint8_t second = answer.value_or(bytes[1]);
  const std::size_t header_bytes = std::min(kIcmpHeaderBytes, bytes.size());
  Datagram& message = emit(ip, protocol, type, second, bytes.subspan(header_bytes), scope);
  message.one_way = !answer.has_value();
  return true;
}

}  // namespace outspan::decode
