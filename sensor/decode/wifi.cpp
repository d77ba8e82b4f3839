#include "decode/layers.h"
#include "decode/load.h"

namespace outspan::decode {
namespace {

using capture::LinkType;

namespace frame {
constexpr std::uint8_t kData = 2;
constexpr std::uint8_t kNoData = 0x4;  // of the subtype
constexpr std::uint8_t kQos = 0x8;     // of the subtype
constexpr std::uint8_t kToNetwork = 0x01;
constexpr std::uint8_t kFromNetwork = 0x02;
constexpr std::uint8_t kMoreFragments = 0x04;
constexpr std::uint8_t kProtected = 0x40;
constexpr std::uint8_t kHighThroughput = 0x80;
}  // namespace frame

/// The flags of radiotap: after a time stamp, if there is one, which is aligned to 8 bytes.
std::uint8_t radiotap_flags(Bytes header) noexcept {
  constexpr std::uint32_t kTimeStamp = 1;
  constexpr std::uint32_t kFlags = 2;
  constexpr std::uint32_t kMoreWords = 1u << 31;
  const std::uint32_t present = load32_le(header.data() + 4);
  std::size_t at = 8;
  for (std::uint32_t word = present; (word & kMoreWords) != 0; at += 4) {
    if (at + 4 > header.size()) return 0;
    word = load32_le(header.data() + at);
  }
  if ((present & kTimeStamp) != 0) at = (at + 7) / 8 * 8 + 8;
  return (present & kFlags) != 0 && at < header.size() ? header[at] : 0;
}

bool is_snap(Bytes bytes) noexcept {
  return bytes.size() >= 8 && bytes[0] == 0xaa && bytes[1] == 0xaa && bytes[2] == 0x03 &&
         bytes[3] == 0 && bytes[4] == 0 && (bytes[5] == 0 || bytes[5] == 0xf8);
}

}  // namespace

bool Layers::wifi_link(LinkType type, Bytes bytes, const Scope& scope) {
  switch (type) {
    case LinkType::wifi_radiotap: return radiotap(bytes, scope);
    case LinkType::wifi: return wifi(bytes, false, scope);
    default: return prism(bytes, scope);
  }
}

/// radiotap.org: version, padding, its length.
bool Layers::radiotap(Bytes bytes, const Scope& scope) {
  constexpr std::uint8_t kPadded = 0x20;
  if (bytes.size() < 8) return refuse(Error::link_header);
  const std::size_t size = load16_le(bytes.data() + 2);
  if (size < 8 || size > bytes.size()) return refuse(Error::link_header);
  const bool padded = (radiotap_flags(bytes.first(size)) & kPadded) != 0;
  return wifi(bytes.subspan(size), padded, scope);
}

/// Prism's header of 144 bytes says its length in the byte order of the machine that captured,
/// AVS's (which older captures have under the same number) in network order.
bool Layers::prism(Bytes bytes, const Scope& scope) {
  constexpr std::uint32_t kAvsMagic = 0x80211000;
  if (bytes.size() < 8) return refuse(Error::link_header);
  const bool avs = (load32(bytes.data()) & 0xfffff000) == kAvsMagic;
  const std::uint32_t big = load32(bytes.data() + 4);
  const std::size_t size = avs ? big : std::min(big, load32_le(bytes.data() + 4));
  if (size < 8 || size > bytes.size()) return refuse(Error::link_header);
  return wifi(bytes.subspan(size), false, scope);
}

/// IEEE 802.11, 9.2: what data frames carry in clear. `padded`: the header is filled up to a
/// multiple of four bytes.
bool Layers::wifi(Bytes bytes, bool padded, const Scope& scope) {
  if (bytes.size() < 2) return refuse(Error::link_header);
  const std::uint8_t type = bytes[0] >> 2 & 3;
  const std::uint8_t subtype = bytes[0] >> 4;
  const std::uint8_t flags = bytes[1];
  if ((bytes[0] & 3) != 0) return refuse(Error::link_header);
  if (type != frame::kData || (subtype & frame::kNoData) != 0) return leave(Unread::Kind::control);

  const bool four_addresses =
      (flags & frame::kToNetwork) != 0 && (flags & frame::kFromNetwork) != 0;
  const bool qos = (subtype & frame::kQos) != 0;
  const std::size_t qos_at = four_addresses ? 30 : 24;
  std::size_t size = qos_at + (qos ? 2 : 0);
  if (qos && (flags & frame::kHighThroughput) != 0) size += 4;
  if (padded) size = (size + 3) / 4 * 4;
  if (size >= bytes.size()) return refuse(Error::link_header);
  const Bytes body = bytes.subspan(size);
  const bool piece = (bytes[22] & 0x0f) != 0 || (flags & frame::kMoreFragments) != 0;
  if ((flags & frame::kProtected) != 0) return wifi_protected(body, scope);
  if (piece) return leave(Unread::Kind::wifi_fragment);
  const bool aggregate = qos && (bytes[qos_at] & 0x80) != 0;
  return aggregate ? wifi_aggregate(body, scope) : llc(0, body, scope);
}

/// Some adapters decrypt frames and leave the mark, and the initialisation vector, where they were.
bool Layers::wifi_protected(Bytes bytes, const Scope& scope) {
  for (const std::size_t vector_bytes : {0, 4, 8})
    if (vector_bytes < bytes.size() && is_snap(bytes.subspan(vector_bytes)))
      return llc(0, bytes.subspan(vector_bytes), scope);
  return leave(Unread::Kind::wifi_encrypted);
}

/// Several messages in one frame (A-MSDU, 9.3.2.2): addresses, length, 802.2; each but the last
/// filled up to a multiple of four bytes.
bool Layers::wifi_aggregate(Bytes bytes, const Scope& scope) {
  constexpr std::size_t kHeaderBytes = 14;
  bool any = false;
  while (bytes.size() > kHeaderBytes) {
    const std::size_t size = load16(bytes.data() + 12);
    if (size == 0) break;
    Bytes message = bytes.subspan(kHeaderBytes);
    Scope inner = scope;
    const bool whole = size <= message.size();
    if (!fit(message, size, inner)) break;
    any = llc(0, message, inner) || any;
    if (!whole) break;
    bytes = bytes.subspan(std::min((kHeaderBytes + size + 3) / 4 * 4, bytes.size()));
  }
  return any || leave(Unread::Kind::malformed);
}

}  // namespace outspan::decode
