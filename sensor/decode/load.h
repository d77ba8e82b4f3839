#pragma once

#include <cstdint>
#include <cstring>

namespace outspan::decode {

/// Network-order integers at a place whose length has been checked. For headers read on every
/// packet; elsewhere ByteCursor checks by itself.
inline std::uint16_t load16(const std::uint8_t* at) noexcept {
  std::uint16_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return __builtin_bswap16(value);
}
inline std::uint32_t load32(const std::uint8_t* at) noexcept {
  std::uint32_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return __builtin_bswap32(value);
}
/// The same in little-endian order, as radiotap and its kin have it.
inline std::uint16_t load16_le(const std::uint8_t* at) noexcept {
  std::uint16_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}
inline std::uint32_t load32_le(const std::uint8_t* at) noexcept {
  std::uint32_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

}  // namespace outspan::decode
