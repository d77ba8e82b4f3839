#pragma once

#include <cstdint>

namespace outspan::unpack {

/// How the work on one file ended. Whatever was handed on before stays valid.
enum class Outcome : std::uint8_t {
  opened,       ///< all of it was read
  encrypted,    ///< some or all of it is behind a password
  damaged,      ///< not what its beginning says, cut short, or inconsistent
  unsupported,  ///< a variant that the library does not read
  entries,      ///< Limits::entries was reached
  expansion,    ///< Limits::output_bytes was reached
  time,         ///< Limits::time was reached; the worker was replaced
  memory,       ///< more memory was wanted than a worker may have
  crashed,      ///< the worker ended, or did not keep to the protocol; it was replaced
  unavailable,  ///< there is no worker program, or it cannot be started
  stopped,      ///< the sink said that it wants no more
  nothing,      ///< the worker said `opened`, and handed on not a byte of a file that has some
};
inline constexpr std::uint8_t kOutcomes = 12;

/// Static string, as in the counter `unpack.NAME`.
const char* to_string(Outcome outcome) noexcept;

}  // namespace outspan::unpack
