#include "capture/fanout_fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace outspan::capture {
namespace {

constexpr std::uint64_t kEnough = 10'000;
constexpr std::size_t kEthernetBytes = 14;
constexpr std::size_t kTagBytes = 4;
constexpr std::uint16_t kIpV4 = 0x0800, kArp = 0x0806, kVlan = 0x8100, kIpV6 = 0x86dd,
                        kServiceVlan = 0x88a8;

/// UDP ports behind which there are networks.
constexpr std::array<std::uint16_t, 9> kTunnelPorts{1701, 2152, 3544, 4754, 4789,
                                                    4790, 6081, 6635, 8472};

std::uint16_t u16(Bytes bytes, std::size_t at) noexcept {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

bool plain_transport(std::uint8_t protocol, Bytes ports) noexcept {
  constexpr std::uint8_t kIcmp = 1, kTcp = 6, kUdp = 17, kIcmpV6 = 58;
  if (protocol == kTcp || protocol == kIcmp || protocol == kIcmpV6) return true;
  if (protocol != kUdp || ports.size() < 4) return false;
  const auto tunnel = [](std::uint16_t port) {
    return std::ranges::find(kTunnelPorts, port) != kTunnelPorts.end();
  };
  return !tunnel(u16(ports, 0)) && !tunnel(u16(ports, 2));
}

bool plain_ip(Bytes packet) noexcept {
  constexpr std::size_t kIpV4Bytes = 20, kIpV6Bytes = 40;
  if (packet.size() < kIpV4Bytes) return false;
  if (packet[0] >> 4 == 6)
    return packet.size() >= kIpV6Bytes && plain_transport(packet[6], packet.subspan(kIpV6Bytes));
  const std::size_t header = (packet[0] & 0x0fU) * 4U;
  const bool fragment = (u16(packet, 6) & 0x3fff) != 0;
  return packet[0] >> 4 == 4 && !fragment && header <= packet.size() &&
         plain_transport(packet[9], packet.subspan(header));
}

bool plain(Bytes frame) noexcept {
  std::size_t at = kEthernetBytes;
  while (at + kTagBytes <= frame.size()) {
    const std::uint16_t type = u16(frame, at - 2);
    if (type == kIpV4 || type == kIpV6) return plain_ip(frame.subspan(at));
    if (type == kArp) return true;
    if (type != kVlan && type != kServiceVlan) return false;
    at += kTagBytes;
  }
  return false;
}

}  // namespace

void FanoutFit::look(const Packet& packet) noexcept {
  ++seen_;
  unfit_ += packet.link != LinkType::ethernet || !plain(packet.bytes) ? 1 : 0;
}

std::optional<bool> FanoutFit::fits() const noexcept {
  if (seen_ < kEnough) return std::nullopt;
  return unfit_ * 100 <= seen_;
}

std::string FanoutFit::why() const {
  return fmt::format(
      "{} % of the packets are in tunnels, fragments, or of protocols other than TCP, UDP and ICMP",
      (unfit_ * 100 + seen_ - 1) / std::max<std::uint64_t>(seen_, 1));
}

}  // namespace outspan::capture
