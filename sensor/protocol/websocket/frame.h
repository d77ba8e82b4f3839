#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "core/bytes.h"

namespace outspan::protocol::websocket {

enum class Opcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10,
};

struct Frame {
  bool fin = false;
  bool compressed = false;  ///< RSV1 (RFC 7692, 6)
  bool masked = false;
  Opcode opcode = Opcode::continuation;
  std::array<std::uint8_t, 4> mask{};
  std::uint64_t payload_bytes = 0;

  [[nodiscard]] bool is_control() const noexcept { return static_cast<std::uint8_t>(opcode) >= 8; }
};

/// Collects frame headers (RFC 6455, 5.2) from pieces of a stream.
class FrameReader {
 public:
  enum class Outcome : std::uint8_t { more, frame, damaged };
  /// Takes what belongs to the header off the front of `in`.
  Outcome feed(Bytes& in) noexcept;
  [[nodiscard]] const Frame& frame() const noexcept { return frame_; }
  /// What was taken of a header that is not complete or damaged.
  [[nodiscard]] Bytes taken() const noexcept { return Bytes(header_).first(size_); }
  void reset() noexcept { size_ = 0; }

 private:
  [[nodiscard]] std::size_t needed() const noexcept;
  [[nodiscard]] bool parse() noexcept;

  std::array<std::uint8_t, 14> header_{};
  std::size_t size_ = 0;
  Frame frame_;
};

/// Unmasks in place; `offset`: of the first byte in the frame's payload.
void unmask(std::span<std::uint8_t> bytes, const std::array<std::uint8_t, 4>& mask,
            std::uint64_t offset) noexcept;

}  // namespace outspan::protocol::websocket
