#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "unpack/pool/kind.h"

/// What goes between the sensor and a worker, over a stream socket, in the machine's own byte
/// order: a Request, with the file in a sealed memfd beside it; then frames, the last of them
/// `done`.
namespace outspan::unpack {

struct Request {
  std::uint64_t file_bytes;
  std::uint64_t entries;
  std::uint64_t output_bytes;
  std::uint64_t cpu_seconds;  ///< the worker's own limit, should the sensor not be there to end it
  std::uint64_t kind;
};

enum class FrameType : std::uint8_t {
  begin_member,  ///< the payload is its name
  begin_rest,    ///< a member without a name, of ExtractSink::begin_rest
  data,          ///< of the member
  end_member,
  encrypted_member,  ///< the payload is its name; between members
  unread,            ///< the payload is eight bytes, of ExtractSink::on_unread; between members
  done,              ///< the payload is one byte, an Outcome
};

struct FrameHeader {
  std::uint32_t payload_bytes;
  FrameType type;
  std::uint8_t zero[3];
};
static_assert(std::is_trivially_copyable_v<Request> && sizeof(FrameHeader) == 8);

inline constexpr std::size_t kFramePayloadMax = 32768;
inline constexpr std::size_t kNameBytesMax = 1024;
/// Of a member: its begin, its end, a data frame that is not full; and one that says what is
/// unread.
inline constexpr std::uint64_t kFramesPerEntry = 4;

/// What a worker that keeps to `limits` writes at most.
constexpr std::uint64_t frames_max(const Limits& limits) noexcept {
  return kFramesPerEntry * (limits.entries + 1) + limits.output_bytes / kFramePayloadMax;
}
/// Where a worker finds its socket.
inline constexpr int kWorkerSocket = 3;

}  // namespace outspan::unpack
