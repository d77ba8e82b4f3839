#include "evidence/packet_record.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "evidence/tape.h"

namespace outspan::evidence {
namespace {

struct Head {
  std::int64_t time_ns = 0;
  std::uint32_t wire_bytes = 0;
  std::uint32_t rebuilt = 0;
};

constexpr std::size_t kPacketMax = Tape::kRecordMax - sizeof(Head);
constexpr std::uint8_t kTcp = 6;
constexpr std::uint8_t kUdp = 17;
constexpr std::size_t kIpV4Bytes = 20;
constexpr std::size_t kIpV6Bytes = 40;
constexpr std::size_t kTcpBytes = 20;
constexpr std::size_t kUdpBytes = 8;
constexpr std::size_t kHeadersMax = kIpV6Bytes + kTcpBytes;

class Header {
 public:
  void number(std::uint64_t value, std::size_t bytes) noexcept {
    while (bytes-- > 0) bytes_[used_++] = static_cast<std::uint8_t>(value >> (8 * bytes));
  }
  void address(const IpAddress& address) noexcept {
    for (const std::uint8_t byte : address.packed()) bytes_[used_++] = byte;
  }
  [[nodiscard]] Bytes bytes() const noexcept { return Bytes(bytes_).first(used_); }

 private:
  std::array<std::uint8_t, kHeadersMax> bytes_{};
  std::size_t used_ = 0;
};

std::size_t transport_bytes(std::uint8_t protocol) noexcept {
  return protocol == kTcp ? kTcpBytes : protocol == kUdp ? kUdpBytes : 0;
}

/// RFC 791, 3.1, and RFC 8200, 3. The checksum is left 0: not known.
void ip_header(const decode::Datagram& datagram, std::size_t above, Header& out) noexcept {
  constexpr std::uint64_t kTimeToLive = 64;
  if (datagram.source.is_v4()) {
    out.number(0x4500, 2);
    out.number(std::min<std::size_t>(kIpV4Bytes + above, 0xffff), 2);
    out.number(0, 4);
    out.number(kTimeToLive, 1);
    out.number(datagram.ip_protocol, 1);
    out.number(0, 2);
  } else {
    out.number(0x60000000, 4);
    out.number(std::min<std::size_t>(above, 0xffff), 2);
    out.number(datagram.ip_protocol, 1);
    out.number(kTimeToLive, 1);
  }
  out.address(datagram.source);
  out.address(datagram.destination);
}

/// Of a datagram that came in fragments: what its own headers said, as far as it is known.
Header rebuilt_headers(const decode::Datagram& datagram) noexcept {
  Header header;
  const std::size_t transport = transport_bytes(datagram.ip_protocol);
  ip_header(datagram, transport + datagram.payload.size(), header);
  if (transport == 0) return header;
  header.number(datagram.source_port, 2);
  header.number(datagram.destination_port, 2);
  if (datagram.ip_protocol == kUdp) {
    header.number(std::min<std::size_t>(kUdpBytes + datagram.payload.size(), 0xffff), 2);
    header.number(0, 2);
    return header;
  }
  header.number(datagram.tcp_sequence, 4);
  header.number(datagram.tcp_acknowledgment, 4);
  header.number(0x50, 1);
  header.number(datagram.tcp_flags, 1);
  header.number(0xffff, 2);
  header.number(0, 4);
  return header;
}

}  // namespace

std::size_t record_bytes(const decode::Datagram& datagram) noexcept {
  if (!datagram.ip_packet.empty())
    return sizeof(Head) + std::min(datagram.ip_packet.size(), kPacketMax);
  if (datagram.payload.empty()) return 0;
  return sizeof(Head) +
         std::min(rebuilt_headers(datagram).bytes().size() + datagram.payload.size(), kPacketMax);
}

void write_record(const decode::Datagram& datagram, std::uint8_t* to) noexcept {
  const bool rebuilt = datagram.ip_packet.empty();
  const Header made = rebuilt ? rebuilt_headers(datagram) : Header();
  const Bytes first = rebuilt ? made.bytes() : datagram.ip_packet;
  const Bytes second = rebuilt ? datagram.payload : Bytes{};
  const Head head{
      datagram.at.time.time_since_epoch().count(),
      static_cast<std::uint32_t>(first.size() + second.size()) + datagram.truncated_bytes,
      rebuilt ? 1u : 0u};
  std::memcpy(to, &head, sizeof head);
  to += sizeof head;
  std::size_t room = kPacketMax;
  for (const Bytes part : {first, second}) {
    const std::size_t bytes = std::min(part.size(), room);
    if (bytes != 0) std::memcpy(to, part.data(), bytes);
    to += bytes;
    room -= bytes;
  }
}

PacketRecord read_record(Bytes record) noexcept {
  Head head;
  std::memcpy(&head, record.data(), sizeof head);
  return {timestamp_from_ns(head.time_ns), head.wire_bytes, head.rebuilt != 0,
          record.subspan(sizeof head)};
}

}  // namespace outspan::evidence
