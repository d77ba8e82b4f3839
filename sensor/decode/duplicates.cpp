#include "decode/duplicates.h"

#include <algorithm>
#include <cstring>

#include "core/flow_context.h"
#include "decode/flow_hash.h"
#include "decode/load.h"

namespace outspan::decode {
namespace {

/// Mirror ports take less than a millisecond for the second copy, networks of them some more.
constexpr Duration kWindow = std::chrono::milliseconds(100);
/// Where nothing tells a copy from a repetition: as long as a switch takes, or, on a port that is
/// known to repeat packets, longer.
constexpr Duration kAtOnce = std::chrono::milliseconds(1);
constexpr Duration kSoon = std::chrono::milliseconds(20);
/// One segment in so many of TCP is compared.
constexpr std::uint32_t kSampleTcp = 16;
/// Counters of what is recent are halved here.
constexpr std::uint32_t kRecent = 256;
constexpr std::size_t kTransportBytes = 8;

std::size_t header_bytes(const std::uint8_t* packet) noexcept {
  return packet[0] >> 4 == 4 ? (packet[0] & 0x0fU) * 4U : 40;
}
/// Of an IPv4 packet; 0: none.
std::uint16_t identification(const std::uint8_t* packet) noexcept {
  return packet[0] >> 4 == 4 ? load16(packet + 4) : std::uint16_t{0};
}
Bytes addresses(const std::uint8_t* packet) noexcept {
  return packet[0] >> 4 == 4 ? Bytes(packet + 12, 8) : Bytes(packet + 8, 32);
}
std::uint64_t load64(const std::uint8_t* at) noexcept {
  std::uint64_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

/// Which way a packet came.
std::uint32_t path_of(const Datagram& datagram) noexcept {
  const std::uint8_t* const packet = datagram.ip_packet.data();
  const std::uint8_t hops = packet[packet[0] >> 4 == 4 ? 8 : 7];
  return (datagram.tunnel * 31U + (std::uint32_t{datagram.vlan[0]} << 16 | datagram.vlan[1])) *
             31U +
         (std::uint32_t{hops} << 8 | datagram.vlan_count);
}

bool wanted(const Datagram& datagram) noexcept {
  if (datagram.alternative || datagram.ip_packet.size() < 20 + kTransportBytes) return false;
  if (datagram.ip_protocol == ip_protocol::kTcp &&
      (datagram.payload.empty() || (datagram.tcp_sequence ^ datagram.flow_hash) % kSampleTcp != 0))
    return false;
  return datagram.ip_packet.size() >= header_bytes(datagram.ip_packet.data()) + kTransportBytes;
}

}  // namespace

Duplicates::Duplicates() : secret_(random_sip_key()), seen_(kPlaces) {}

void Duplicates::keep(const std::shared_ptr<capture::PacketStorage>& storage) noexcept {
  ++batch_;
  storage_[batch_ % kBatches] = storage;
}

void Duplicates::remove(const capture::PacketBatch& batch, std::size_t first, DatagramBatch& out) {
  if (batch.packets.empty()) return;
  keep(batch.storage);
  const auto begin = out.datagrams.begin() + static_cast<std::ptrdiff_t>(first);
  const auto copy = [this](const Datagram& datagram) {
    return wanted(datagram) && is_copy(datagram) && datagram.ip_protocol != ip_protocol::kTcp;
  };
  out.datagrams.erase(std::remove_if(begin, out.datagrams.end(), copy), out.datagrams.end());
}

bool Duplicates::is_copy(const Datagram& datagram) noexcept {
  ++compared_;
  const std::uint8_t* const packet = datagram.ip_packet.data();
  const std::uint64_t ends = std::uint64_t{datagram.flow_hash} << 32 | datagram.part << 24;
  const std::uint64_t key = flow_hash::fold(secret_.k0 ^ ends ^ load32(packet + 2),
                                            secret_.k1 ^ load64(packet + header_bytes(packet)));
  Seen& seen = seen_[key % kPlaces];
  const std::uint32_t path = path_of(datagram);
  numbered_ += identification(packet) != 0 ? 1 : 0;
  if (numbered_ > kRecent) {
    numbered_ /= 2;
    repeated_ /= 2;
  }
  if (seen.key == key && is_same(seen, datagram) && judge(seen, datagram, path)) {
    ++duplicates_;
    duplicate_bytes_ += datagram.payload.size();
    return true;
  }
  seen = {key,    datagram.at.time,
          packet, static_cast<std::uint32_t>(datagram.ip_packet.size()),
          batch_, path,
          false};
  return false;
}

/// To the byte, as far as both were captured.
bool Duplicates::is_same(const Seen& seen, const Datagram& datagram) const noexcept {
  const bool there = batch_ - seen.batch < kBatches &&
                     (seen.batch == batch_ || storage_[seen.batch % kBatches] != nullptr);
  const Duration apart = datagram.at.time - seen.time;
  if (!there || apart > kWindow || apart < -kWindow) return false;
  const Bytes packet = datagram.ip_packet;
  if (packet[0] != seen.packet[0]) return false;
  // Tags make a cut packet shorter.
  if (packet.size() != seen.size && datagram.truncated_bytes == 0) return false;
  const std::size_t from = header_bytes(packet.data());
  const std::size_t to = std::min<std::size_t>(packet.size(), seen.size);
  return std::ranges::equal(addresses(packet.data()), addresses(seen.packet)) &&
         std::memcmp(packet.data() + from, seen.packet + from, to - from) == 0;
}

bool Duplicates::judge(Seen& seen, const Datagram& datagram, std::uint32_t path) noexcept {
  const bool same_way = path == seen.path;
  const std::uint16_t number = identification(datagram.ip_packet.data());
  if (number != 0) {
    if (number != identification(seen.packet)) return false;
    repeated_ += same_way ? 1 : 0;
    return true;
  }
  const bool port_repeats = repeated_ >= 16 && repeated_ * 4 >= numbered_;
  const Duration apart = datagram.at.time - seen.time;
  const bool in_time = apart <= (port_repeats ? kSoon : kAtOnce);
  const bool copy = !same_way || (!seen.paired && in_time);
  seen.paired = seen.paired || copy;
  return copy;
}

void Duplicates::report(Stats& stats) const {
  stats.add("decode.compared", compared_);
  stats.add("decode.duplicates", duplicates_);
  stats.add("decode.duplicate_bytes", duplicate_bytes_);
}

}  // namespace outspan::decode
