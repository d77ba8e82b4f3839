#pragma once

#include <cstdint>

/// EtherTypes (IEEE, IANA "IEEE 802 numbers").
namespace outspan::decode::ethertype {
inline constexpr std::uint16_t kIpv4 = 0x0800;
inline constexpr std::uint16_t kVlan = 0x8100;
inline constexpr std::uint16_t kIpv6 = 0x86dd;
inline constexpr std::uint16_t kCiscoMetaData = 0x8909;
inline constexpr std::uint16_t kMpls = 0x8847;
inline constexpr std::uint16_t kMplsMulticast = 0x8848;
inline constexpr std::uint16_t kPppoeSession = 0x8864;
inline constexpr std::uint16_t kProviderVlan = 0x88a8;
inline constexpr std::uint16_t kProviderBackbone = 0x88e7;
inline constexpr std::uint16_t kVnTag = 0x8926;
inline constexpr std::uint16_t kRedundancy = 0x892f;  // HSR
inline constexpr std::uint16_t kEtag = 0x893f;
inline constexpr std::uint16_t kServiceHeader = 0x894f;
inline constexpr std::uint16_t kEthernet = 0x6558;
inline constexpr std::uint16_t kPpp = 0x880b;
inline constexpr std::uint16_t kOldQinQ = 0x9100;
inline constexpr std::uint16_t kOldQinQ2 = 0x9200;
inline constexpr std::uint16_t kOldQinQ3 = 0x9300;
/// Below it stands a length (802.3).
inline constexpr std::uint16_t kMin = 0x0600;
}  // namespace outspan::decode::ethertype
