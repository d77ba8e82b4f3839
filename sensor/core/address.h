#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"

namespace outspan {

/// An IPv4 or IPv6 address in 16 bytes, network order. IPv4 is held as ::ffff:a.b.c.d (RFC 4291,
/// 2.5.5.2), so one comparison serves both.
class IpAddress {
 public:
  constexpr IpAddress() noexcept = default;
  static IpAddress v4(std::uint32_t host_order) noexcept;
  /// `bytes` must be 4 or 16 long; anything else gives the unspecified address.
  static IpAddress from_bytes(Bytes bytes) noexcept;
  static std::optional<IpAddress> parse(std::string_view text) noexcept;

  [[nodiscard]] bool is_v4() const noexcept {
    static constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return std::memcmp(bytes_.data(), kMapped.data(), kMapped.size()) == 0;
  }
  /// 4 bytes for IPv4, 16 for IPv6.
  [[nodiscard]] Bytes packed() const noexcept {
    return is_v4() ? Bytes(bytes_).subspan(12) : Bytes(bytes_);
  }
  [[nodiscard]] const std::array<std::uint8_t, 16>& bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::string to_string() const;

  auto operator<=>(const IpAddress&) const noexcept = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

/// A CIDR prefix such as 10.0.0.0/8 or fc00::/7.
struct IpPrefix {
  IpAddress network;
  /// Counted over the 16-byte form: an IPv4 /8 is 104 here.
  std::uint8_t bits = 0;

  /// Accepts an address without a length as a host prefix. nullopt: not a CIDR, or bits are set
  /// after the prefix length (10.0.0.1/8 is a typing error more often than not).
  static std::optional<IpPrefix> parse(std::string_view text) noexcept;
  [[nodiscard]] bool contains(const IpAddress& address) const noexcept;
  [[nodiscard]] std::string to_string() const;
};

/// A small set of prefixes; lookups walk the list (home networks are a handful).
class PrefixSet {
 public:
  PrefixSet() = default;
  explicit PrefixSet(std::vector<IpPrefix> prefixes) : prefixes_(std::move(prefixes)) {}
  [[nodiscard]] bool contains(const IpAddress& address) const noexcept {
    for (const IpPrefix& prefix : prefixes_)
      if (prefix.contains(address)) return true;
    return false;
  }
  [[nodiscard]] bool empty() const noexcept { return prefixes_.empty(); }
  [[nodiscard]] const std::vector<IpPrefix>& prefixes() const noexcept { return prefixes_; }

 private:
  std::vector<IpPrefix> prefixes_;
};

}  // namespace outspan
