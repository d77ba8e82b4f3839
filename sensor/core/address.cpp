#include "core/address.h"

#include <arpa/inet.h>

#include <charconv>

namespace outspan {
namespace {

constexpr std::uint8_t kV4Offset = 96;

bool bits_clear_from(const std::array<std::uint8_t, 16>& bytes, unsigned first) noexcept {
  for (unsigned bit = first; bit < 128; ++bit)
    if (bytes[bit / 8] & (0x80u >> (bit % 8))) return false;
  return true;
}

}  // namespace

IpAddress IpAddress::v4(std::uint32_t host_order) noexcept {
  const std::array<std::uint8_t, 4> packed{
      static_cast<std::uint8_t>(host_order >> 24), static_cast<std::uint8_t>(host_order >> 16),
      static_cast<std::uint8_t>(host_order >> 8), static_cast<std::uint8_t>(host_order)};
  return from_bytes(packed);
}

IpAddress IpAddress::from_bytes(Bytes bytes) noexcept {
  IpAddress address;
  if (bytes.size() == 4) {
    address.bytes_[10] = address.bytes_[11] = 0xff;
    std::memcpy(address.bytes_.data() + 12, bytes.data(), 4);
  } else if (bytes.size() == 16) {
    std::memcpy(address.bytes_.data(), bytes.data(), 16);
  }
  return address;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) noexcept {
  std::array<char, INET6_ADDRSTRLEN + 1> buffer{};
  if (text.empty() || text.size() >= buffer.size()) return std::nullopt;
  std::memcpy(buffer.data(), text.data(), text.size());
  std::array<std::uint8_t, 16> packed{};
  if (inet_pton(AF_INET, buffer.data(), packed.data()) == 1)
    return from_bytes(Bytes(packed).first(4));
  if (inet_pton(AF_INET6, buffer.data(), packed.data()) == 1) return from_bytes(packed);
  return std::nullopt;
}

std::string IpAddress::to_string() const {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  const Bytes bytes = packed();
  inet_ntop(bytes.size() == 4 ? AF_INET : AF_INET6, bytes.data(), buffer.data(), buffer.size());
  return buffer.data();
}

std::optional<IpPrefix> IpPrefix::parse(std::string_view text) noexcept {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  const unsigned width = address->is_v4() ? 32 : 128;
  unsigned length = width;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() ||
        length > width)
      return std::nullopt;
  }
  const auto bits = static_cast<std::uint8_t>(length + (width == 32 ? kV4Offset : 0));
  if (!bits_clear_from(address->bytes(), bits)) return std::nullopt;
  return IpPrefix{*address, bits};
}

bool IpPrefix::contains(const IpAddress& address) const noexcept {
  const unsigned whole = bits / 8;
  if (std::memcmp(address.bytes().data(), network.bytes().data(), whole) != 0) return false;
  if (bits % 8 == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xff00u >> (bits % 8));
  return ((address.bytes()[whole] ^ network.bytes()[whole]) & mask) == 0;
}

std::string IpPrefix::to_string() const {
  const unsigned length = network.is_v4() ? bits - kV4Offset : bits;
  return network.to_string() + "/" + std::to_string(length);
}

}  // namespace outspan
