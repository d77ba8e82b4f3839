#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

/// Hand-made packets: each function puts a header in front of the bytes it is given.
namespace outspan::decode::test {

using Octets = std::vector<std::uint8_t>;

inline Octets hex(std::string_view text) {
  Octets out;
  int high = -1;
  for (const char c : text) {
    if (c == ' ') continue;
    const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    if (high < 0) {
      high = digit;
    } else {
      out.push_back(static_cast<std::uint8_t>(high << 4 | digit));
      high = -1;
    }
  }
  return out;
}
inline Octets text(std::string_view bytes) { return {bytes.begin(), bytes.end()}; }

inline Octets operator+(Octets front, const Octets& back) {
  front.insert(front.end(), back.begin(), back.end());
  return front;
}
inline Octets be16(std::size_t value) {
  return {static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}
inline Octets le16(std::size_t value) {
  return {static_cast<std::uint8_t>(value), static_cast<std::uint8_t>(value >> 8)};
}
inline Octets be32(std::uint32_t value) { return be16(value >> 16) + be16(value & 0xffff); }

inline const Octets kClient4 = hex("0a000001");  // 10.0.0.1
inline const Octets kServer4 = hex("c6336407");  // 198.51.100.7
inline const Octets kClient6 = hex("fd000000000000000000000000000001");
inline const Octets kServer6 = hex("20010db8000000000000000000000007");

inline Octets eth(std::uint16_t type, const Octets& inner) {
  return hex("020000000002 020000000001") + be16(type) + inner;
}
inline Octets vlan(std::uint16_t id, std::uint16_t type, const Octets& inner) {
  return be16(id) + be16(type) + inner;
}

struct Ip4 {
  Octets source = kClient4;
  Octets destination = kServer4;
  std::uint16_t id = 1;
  std::uint16_t flags_offset = 0;  ///< as in the header
  int total = -1;                  ///< -1: right
  Octets options = {};
};
inline Octets ip4(std::uint8_t protocol, const Octets& inner, const Ip4& with = {}) {
  const std::size_t header = 20 + with.options.size();
  const std::size_t total =
      with.total < 0 ? header + inner.size() : static_cast<std::size_t>(with.total);
  return Octets{static_cast<std::uint8_t>(0x40 | header / 4), 0} + be16(total) + be16(with.id) +
         be16(with.flags_offset) + Octets{64, protocol, 0, 0} + with.source + with.destination +
         with.options + inner;
}
/// With the right checksum in the header, which builders leave at zero.
inline Octets checked(Octets packet) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < (packet[0] & 15U) * 4; i += 2)
    sum += static_cast<std::uint32_t>(packet[i] << 8 | packet[i + 1]);
  sum = (sum & 0xffff) + (sum >> 16);
  packet[10] = static_cast<std::uint8_t>(~sum >> 8);
  packet[11] = static_cast<std::uint8_t>(~sum);
  return packet;
}
/// The same addresses the other way round.
inline Ip4 back4() { return {.source = kServer4, .destination = kClient4}; }

inline Octets ip6(std::uint8_t next, const Octets& inner, const Octets& source = kClient6,
                  const Octets& destination = kServer6) {
  return hex("60000000") + be16(inner.size()) + Octets{next, 64} + source + destination + inner;
}
/// An extension header of 8 bytes that only names the next.
inline Octets extension(std::uint8_t next, const Octets& inner) {
  return Octets{next, 0} + hex("0104 00000000") + inner;
}
inline Octets fragment6(std::uint8_t next, std::uint16_t offset, bool more, std::uint32_t id,
                        const Octets& inner) {
  return Octets{next, 0} + be16(offset | (more ? 1 : 0)) + be32(id) + inner;
}

inline Octets tcp(std::uint16_t from, std::uint16_t to, const Octets& payload,
                  std::uint8_t flags = 0x18) {
  return be16(from) + be16(to) + be32(1000) + be32(2000) + Octets{0x50, flags} +
         hex("ffff 0000 0000") + payload;
}
inline Octets udp(std::uint16_t from, std::uint16_t to, const Octets& payload, int length = -1) {
  return be16(from) + be16(to) +
         be16(length < 0 ? payload.size() + 8 : static_cast<std::size_t>(length)) + hex("0000") +
         payload;
}
inline Octets gre(std::uint16_t flags, std::uint16_t type, const Octets& fields,
                  const Octets& inner) {
  return be16(flags) + be16(type) + fields + inner;
}

}  // namespace outspan::decode::test
