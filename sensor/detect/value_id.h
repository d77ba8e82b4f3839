#pragma once

#include <cstdint>
#include <string_view>

#include "core/hash.h"

namespace outspan::detect {

/// Identity of a canonical value of a signature. The key is fixed: the number has to be the same in
/// every run and never leaves the sensor.
inline std::uint64_t value_id(std::string_view signature_id, std::string_view value) noexcept {
  const SipKey of_signature{0x6f75747370616e21ULL, 0x76616c7565206964ULL};
  const std::uint64_t scope = siphash(of_signature, as_bytes(signature_id));
  return siphash({scope, of_signature.k1}, as_bytes(value));
}

}  // namespace outspan::detect
