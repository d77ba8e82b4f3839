#include "capture/pcapng_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace outspan::capture {
namespace {

constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a;  // the same in both byte orders
constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr std::uint32_t kInterfaceDescription = 1;
constexpr std::uint32_t kOldPacket = 2;
constexpr std::uint32_t kSimplePacket = 3;
constexpr std::uint32_t kEnhancedPacket = 6;

constexpr std::uint16_t kEndOfOptions = 0;
constexpr std::uint16_t kTimeResolution = 9;
constexpr std::uint16_t kTimeOffset = 14;

/// Type and length in front, length again behind.
constexpr std::size_t kHeadBytes = 8;
constexpr std::size_t kFrameBytes = 12;
constexpr std::size_t kMaxInterfaces = 65'536;
constexpr std::uint64_t kNsPerSecond = 1'000'000'000;

bool interesting(std::uint32_t type) noexcept {
  return type == kSectionHeader || type == kInterfaceDescription || type == kOldPacket ||
         type == kSimplePacket || type == kEnhancedPacket;
}

/// `ticks` is below `ticks_per_second`, which is a power of 10 or of 2.
std::uint64_t fraction_to_ns(std::uint64_t ticks, std::uint64_t ticks_per_second) noexcept {
  if (ticks_per_second <= kNsPerSecond) return ticks * kNsPerSecond / ticks_per_second;
  if (ticks_per_second % kNsPerSecond == 0) return ticks / (ticks_per_second / kNsPerSecond);
  // A power of 2: 34 bits are finer than a nanosecond, and times 10^9 they fit 64.
  constexpr int kKept = 34;
  const int bits = 63 - __builtin_clzll(ticks_per_second);
  const int dropped = std::max(0, bits - kKept);
  return ((ticks >> dropped) * kNsPerSecond) >> (bits - dropped);
}

}  // namespace

bool PcapngFile::matches(Bytes head) noexcept {
  return head.size() >= kMagicBytes && FileByteOrder().u32(head.data()) == kSectionHeader;
}

bool PcapngFile::read_head(Bytes bytes, Head& head) {
  if (bytes.size() < kHeadBytes) return false;
  head.type = order_.u32(bytes.data());
  if (head.type == kSectionHeader) {
    // Its own byte order stands behind its length.
    if (bytes.size() < kFrameBytes) return false;
    const std::uint8_t* magic = bytes.data() + kHeadBytes;
    const bool same = FileByteOrder(false).u32(magic) == kByteOrderMagic;
    const bool swapped = FileByteOrder(true).u32(magic) == kByteOrderMagic;
    if (!same && !swapped) {
      damage_ = "is a section header without the byte-order magic";
      return false;
    }
    order_ = FileByteOrder(swapped);
  }
  head.size = order_.u32(bytes.data() + 4);
  const bool too_big = interesting(head.type) && head.size > kMaxRecordBytes;
  if (head.size < kFrameBytes || head.size % 4 != 0 || too_big) {
    damage_ = fmt::format("is a block with the impossible length {}", head.size);
    return false;
  }
  return true;
}

RecordParser::Parsed PcapngFile::parse(Bytes bytes, std::vector<Packet>& packets) {
  Parsed parsed;
  Head head;
  while (damage_.empty()) {
    const Bytes rest = bytes.subspan(parsed.consumed);
    if (!read_head(rest, head)) break;
    if (!interesting(head.type)) {
      const std::size_t here = std::min<std::size_t>(head.size, rest.size());
      parsed.consumed += here;
      parsed.skip = head.size - here;
      if (parsed.skip > 0) break;
      continue;
    }
    if (head.size > rest.size()) break;
    if (order_.u32(rest.data() + head.size - 4) != head.size) {
      damage_ = "is a block whose two lengths differ";
      break;
    }
    read_block(head, rest.subspan(kHeadBytes, head.size - kFrameBytes), packets);
    if (damage_.empty()) parsed.consumed += head.size;
  }
  return parsed;
}

void PcapngFile::read_block(const Head& head, Bytes body, std::vector<Packet>& packets) {
  switch (head.type) {
    case kSectionHeader: return read_section(body);
    case kInterfaceDescription: return read_interface(body);
    case kEnhancedPacket: return read_enhanced_packet(body, packets);
    case kOldPacket: return read_old_packet(body, packets);
    default: return read_simple_packet(body, packets);
  }
}

void PcapngFile::read_section(Bytes body) {
  if (body.size() < 16) {
    damage_ = "is a section header that is too short";
    return;
  }
  const std::uint16_t major = order_.u16(body.data() + 4);
  if (major != 1) {
    damage_ = fmt::format("begins a section of format version {}, which is unknown", major);
    return;
  }
  interfaces_.clear();  // numbers count from 0 again
}

void PcapngFile::read_interface(Bytes body) {
  if (body.size() < 8 || interfaces_.size() == kMaxInterfaces) {
    damage_ = body.size() < 8 ? "is an interface description that is too short"
                              : "is one interface description too many";
    return;
  }
  Interface interface;
  interface.link = static_cast<LinkType>(order_.u16(body.data()));
  interface.snaplen_bytes = order_.u32(body.data() + 4);
  read_interface_options(body.subspan(8), interface);
  interfaces_.push_back(interface);
}

void PcapngFile::read_interface_options(Bytes options, Interface& interface) {
  while (options.size() >= 4) {
    const std::uint16_t code = order_.u16(options.data());
    const std::size_t size = order_.u16(options.data() + 2);
    const std::size_t padded = (size + 3) / 4 * 4;
    options = options.subspan(4);
    if (code == kEndOfOptions || size > options.size()) return;
    if (code == kTimeResolution && size >= 1) {
      const bool power_of_two = (options[0] & 0x80) != 0;
      const int exponent = options[0] & 0x7f;
      if (exponent > (power_of_two ? 63 : 19)) {
        damage_ = "describes an interface whose clock is finer than 64 bits can say";
        return;
      }
      std::uint64_t ticks = 1;
      for (int i = 0; i < exponent; ++i) ticks *= power_of_two ? 2 : 10;
      interface.ticks_per_second = ticks;
    } else if (code == kTimeOffset && size >= 8) {
      interface.offset_seconds = static_cast<std::int64_t>(order_.u64(options.data()));
    }
    options = options.subspan(std::min(padded, options.size()));
  }
}

Timestamp PcapngFile::to_time(const Interface& interface, std::uint64_t ticks) noexcept {
  constexpr std::int64_t kMaxSeconds = std::numeric_limits<std::int64_t>::max() / 1'000'000'000 - 1;
  const std::uint64_t per_second = interface.ticks_per_second;
  const std::uint64_t whole = ticks / per_second;
  // Times beyond the years 1677..2262 are nonsense, but must not overflow.
  std::int64_t seconds = static_cast<std::int64_t>(std::min<std::uint64_t>(whole, kMaxSeconds));
  if (__builtin_add_overflow(seconds, interface.offset_seconds, &seconds)) seconds = kMaxSeconds;
  seconds = std::clamp(seconds, -kMaxSeconds, kMaxSeconds);
  const std::uint64_t ns = fraction_to_ns(ticks % per_second, per_second);
  return timestamp_from_ns(seconds * 1'000'000'000 + static_cast<std::int64_t>(ns));
}

void PcapngFile::add_packet(std::uint32_t interface, std::uint64_t ticks, Bytes data,
                            std::uint32_t captured, std::uint32_t wire,
                            std::vector<Packet>& packets) {
  if (interface >= interfaces_.size()) {
    damage_ = fmt::format("is of interface {}, which the section does not describe", interface);
    return;
  }
  if (captured > data.size()) {
    damage_ = fmt::format("says that it holds {} bytes, but has {}", captured, data.size());
    return;
  }
  last_time_ = to_time(interfaces_[interface], ticks);
  packets.push_back({.time = last_time_,
                     .number = ++packets_,
                     .bytes = data.first(captured),
                     .wire_bytes = std::max(wire, captured),
                     .link = interfaces_[interface].link});
}

void PcapngFile::read_enhanced_packet(Bytes body, std::vector<Packet>& packets) {
  if (body.size() < 20) {
    damage_ = "is a packet block that is too short";
    return;
  }
  const std::uint8_t* at = body.data();
  const std::uint64_t ticks = std::uint64_t{order_.u32(at + 4)} << 32 | order_.u32(at + 8);
  add_packet(order_.u32(at), ticks, body.subspan(20), order_.u32(at + 12), order_.u32(at + 16),
             packets);
}

void PcapngFile::read_old_packet(Bytes body, std::vector<Packet>& packets) {
  if (body.size() < 20) {
    damage_ = "is a packet block that is too short";
    return;
  }
  const std::uint8_t* at = body.data();
  const std::uint64_t ticks = std::uint64_t{order_.u32(at + 4)} << 32 | order_.u32(at + 8);
  add_packet(order_.u16(at), ticks, body.subspan(20), order_.u32(at + 12), order_.u32(at + 16),
             packets);
}

/// Has no time of its own: it gets that of the packet before it.
void PcapngFile::read_simple_packet(Bytes body, std::vector<Packet>& packets) {
  if (body.size() < 4 || interfaces_.empty()) {
    damage_ = body.size() < 4 ? "is a packet block that is too short"
                              : "is a packet before any interface description";
    return;
  }
  const std::uint32_t wire = order_.u32(body.data());
  const std::uint32_t snaplen = interfaces_[0].snaplen_bytes;
  const std::uint32_t captured = snaplen == 0 ? wire : std::min(wire, snaplen);
  const Timestamp time = last_time_;
  add_packet(0, 0, body.subspan(4), captured, wire, packets);
  if (!damage_.empty()) return;
  last_time_ = time;
  packets.back().time = time;
}

}  // namespace outspan::capture
