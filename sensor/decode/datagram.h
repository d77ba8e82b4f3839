#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "core/address.h"
#include "core/bytes.h"
#include "core/time.h"

namespace outspan::decode {

namespace tcp_flag {
inline constexpr std::uint8_t kFin = 0x01;
inline constexpr std::uint8_t kSyn = 0x02;
inline constexpr std::uint8_t kRst = 0x04;
inline constexpr std::uint8_t kPsh = 0x08;
inline constexpr std::uint8_t kAck = 0x10;
}  // namespace tcp_flag

/// Datagram::ip_protocol of what belongs to no transport (255 is reserved at IANA): all above the
/// IP header, where the transport header is cut off or impossible; bytes that headers carry in
/// options. It has no ports.
inline constexpr std::uint8_t kNoTransport = 255;
inline constexpr std::uint8_t kPartsMax = 16;

/// The inner-most IP packet of a frame, up to its transport payload. Fragments arrive here as one
/// datagram, once complete, or as far as they came once they time out.
struct Datagram {
  /// The packet, of fragments the last one.
  Position at;
  IpAddress source;
  IpAddress destination;
  /// TCP, UDP, SCTP ports. ICMP and ICMPv6: the pseudo ports of Community ID, so that a request and
  /// its answer are one flow.
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint8_t ip_protocol = 0;
  /// ICMP message without an answering type: the flow has one direction only.
  bool one_way = false;
  /// Another version of the datagram before it, from fragments that overlap with different bytes:
  /// to be inspected, not counted.
  bool alternative = false;
  std::uint8_t tcp_flags = 0;
  std::uint8_t vlan_count = 0;
  /// Which of the datagrams of its packet this is.
  std::uint8_t part = 0;
  std::array<std::uint16_t, 2> vlan{};  ///< outer first
  std::uint32_t tunnel = 0;             ///< see FlowInfo::tunnel
  std::uint32_t tcp_sequence = 0;
  std::uint32_t tcp_acknowledgment = 0;
  /// Payload bytes that the IP header announces and the capture cut off (snap length), after
  /// `payload`.
  std::uint32_t truncated_bytes = 0;
  /// Payload bytes in fragments that never came, after `payload`.
  std::uint32_t lost_bytes = 0;
  /// Above the transport header (TCP, UDP, SCTP, ICMP); above the IP header for other protocols.
  /// Borrowed from the packet storage or the batch's own memory.
  Bytes payload;
  /// The IP packet, headers included, for nDPI; empty for reassembled fragments.
  Bytes ip_packet;
  /// The same both ways. By the pair of addresses only, so that connections that belong together
  /// (FTP control and data) meet in one pipeline.
  std::uint32_t host_pair_hash = 0;
  /// The same both ways; over addresses, ports and protocol. Keyed by the process, so that nobody
  /// outside can choose flows that collide.
  std::uint32_t flow_hash = 0;
};

/// Decoded datagrams in the order of their packets.
struct DatagramBatch {
  std::vector<Datagram> datagrams;
  /// Memory of reassembled fragments.
  std::deque<std::vector<std::uint8_t>> reassembled;

  void clear() noexcept {
    datagrams.clear();
    reassembled.clear();
  }
};

}  // namespace outspan::decode
