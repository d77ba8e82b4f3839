#include "decode/unread.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace outspan::decode {
namespace {

constexpr std::size_t kMaxEntries = 64;

// 46 bytes fill the shortest Ethernet frame; captures may have its check sequence as well.
constexpr std::size_t kPaddedBytes = 50;

/// Fixed by their standards to a few bytes.
constexpr std::array<std::uint16_t, 4> kShort{
    0x0806,  // ARP
    0x8035,  // reverse ARP
    0x0842,  // wake-on-LAN
    0x8808,  // MAC control (pause)
};
constexpr std::array<std::uint16_t, 11> kControl{
    0x8809,  // slow protocols: LACP, OAM
    0x8863,  // PPPoE discovery
    0x888e,  // EAPOL
    0x88c7,  // EAPOL pre-authentication
    0x88cc,  // LLDP
    0x88e3,  // MRP
    0x88f5,  // MVRP
    0x88f6,  // MMRP
    0x88f7,  // precision time
    0x8902,  // connectivity fault management
    0x9000,  // loopback test
};

std::string name(const Unread& what) {
  using Kind = Unread::Kind;
  switch (what.kind) {
    case Kind::link_type: return fmt::format("decode.unread.link_type.{}", what.number);
    case Kind::ether_type: return fmt::format("decode.unread.ethertype.0x{:04x}", what.number);
    case Kind::llc: return fmt::format("decode.unread.llc.0x{:02x}", what.number);
    case Kind::snap: return fmt::format("decode.unread.snap.0x{:04x}", what.number);
    case Kind::ppp: return fmt::format("decode.unread.ppp.0x{:04x}", what.number);
    case Kind::family: return fmt::format("decode.unread.family.{}", what.number);
    case Kind::wifi_encrypted: return "decode.unread.wifi_encrypted";
    case Kind::wifi_fragment: return "decode.unread.wifi_fragment";
    case Kind::malformed: return "decode.unread.malformed";
    case Kind::control: break;
  }
  return "decode.control";
}

}  // namespace

UnreadFrames::Entry& UnreadFrames::entry(Unread what) {
  const auto same = [&what](const Entry& entry) { return entry.what == what; };
  const auto found = std::ranges::find_if(entries_, same);
  if (found != entries_.end()) return *found;
  // Room is kept for one entry of each kind without its number.
  if (entries_.size() >= kMaxEntries && what.number != 0) return entry({what.kind, 0});
  return entries_.emplace_back(Entry{what});
}

void UnreadFrames::count(Unread what, std::uint64_t bytes) {
  Entry& counted = entry(what);
  ++counted.frames;
  counted.bytes += bytes;
}

void UnreadFrames::report(Stats& stats) const {
  for (const Entry& counted : entries_) {
    stats.add(name(counted.what) + ".frames", counted.frames);
    stats.add(name(counted.what) + ".bytes", counted.bytes);
  }
}

bool is_control(std::uint16_t ether_type, std::size_t payload_bytes) noexcept {
  if (std::ranges::find(kShort, ether_type) != kShort.end()) return payload_bytes <= kPaddedBytes;
  return std::ranges::find(kControl, ether_type) != kControl.end();
}

bool is_control_llc(std::uint8_t service) noexcept {
  constexpr std::uint8_t kSpanningTree = 0x42;
  constexpr std::uint8_t kIsoRouting = 0xfe;
  constexpr std::uint8_t kTest = 0x00;  // XID and TEST to the null service
  return service == kSpanningTree || service == kIsoRouting || service == kTest;
}

}  // namespace outspan::decode
