#pragma once

#include <cstdint>
#include <string_view>

#include "core/hash.h"

namespace outspan::detect {

/// Identity of a canonical value of a signature. The key is fixed: the number has to be the same in
/// every run and never leaves the sensor.
inline constexpr SipKey kValueKey{0x6f75747370616e21ULL, 0x76616c7565206964ULL};

/// What distinguishes the values of one signature from those of others.
inline std::uint64_t value_scope(std::string_view signature_id) noexcept {
  return siphash(kValueKey, as_bytes(signature_id));
}
inline std::uint64_t value_id(std::uint64_t scope, std::string_view value) noexcept {
  return siphash({scope, kValueKey.k1}, as_bytes(value));
}

}  // namespace outspan::detect
