#pragma once

#include <array>
#include <cstdint>

#include "core/bytes.h"

namespace outspan::protocol::http2 {

/// RFC 9113, 6.
enum class FrameType : std::uint8_t {
  data,
  headers,
  priority,
  reset,
  settings,
  push_promise,
  ping,
  go_away,
  window_update,
  continuation,
};

struct FrameHeader {
  static constexpr std::size_t kBytes = 9;
  static constexpr std::uint8_t kEndStream = 0x01;  ///< data, headers; settings and ping: ACK
  static constexpr std::uint8_t kEndHeaders = 0x04;
  static constexpr std::uint8_t kPadded = 0x08;
  static constexpr std::uint8_t kPriority = 0x20;

  std::uint32_t length = 0;
  FrameType type = FrameType::data;  ///< may be none of those above: extensions
  std::uint8_t flags = 0;
  std::uint32_t stream = 0;

  [[nodiscard]] bool has(std::uint8_t flag) const noexcept { return (flags & flag) != 0; }
  /// Whether the type is one of RFC 9113.
  [[nodiscard]] bool is_known() const noexcept { return type <= FrameType::continuation; }
  /// Whether length and stream are what the type demands; extensions always are. Flags without a
  /// meaning are to be ignored (RFC 9113, 4.1).
  [[nodiscard]] bool is_valid() const noexcept;
  /// The same without extensions, unknown flags and large frames: what is to be expected.
  [[nodiscard]] bool is_usual() const noexcept;
};

/// `bytes`: at least FrameHeader::kBytes.
FrameHeader parse_frame_header(Bytes bytes) noexcept;

/// How many frame headers, one after the other, `bytes` begin with, each a usual one, up to
/// `headers_max` of them; 0 if one is not, or if the last whole frame is followed by the beginning
/// of none. For places where nobody knows whether a frame begins.
int count_frames(Bytes bytes, int headers_max) noexcept;

/// What a client sends first (RFC 9113, 3.4).
inline constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

}  // namespace outspan::protocol::http2
