#include "protocol/websocket/frame.h"

#include <cstring>

namespace outspan::protocol::websocket {

std::size_t FrameReader::needed() const noexcept {
  if (size_ < 2) return 2;
  const std::uint8_t length = header_[1] & 0x7f;
  const std::size_t extended = length == 126 ? 2 : length == 127 ? 8 : 0;
  return 2 + extended + ((header_[1] & 0x80) != 0 ? 4 : 0);
}

FrameReader::Outcome FrameReader::feed(Bytes& in) noexcept {
  while (size_ < needed()) {
    if (in.empty()) return Outcome::more;
    header_[size_++] = in.front();
    in = in.subspan(1);
  }
  return parse() ? Outcome::frame : Outcome::damaged;
}

bool FrameReader::parse() noexcept {
  ByteCursor cursor(taken());
  const std::uint8_t first = cursor.u8();
  const std::uint8_t second = cursor.u8();
  frame_.fin = (first & 0x80) != 0;
  frame_.compressed = (first & 0x40) != 0;
  frame_.opcode = static_cast<Opcode>(first & 0x0f);
  frame_.masked = (second & 0x80) != 0;
  frame_.payload_bytes = second & 0x7f;
  if (frame_.payload_bytes == 126)
    frame_.payload_bytes = cursor.u16();
  else if (frame_.payload_bytes == 127)
    frame_.payload_bytes = cursor.u64();
  if (frame_.masked) {
    const Bytes mask = cursor.take(4);
    std::memcpy(frame_.mask.data(), mask.data(), mask.size());
  }
  const std::uint8_t opcode = first & 0x0f;
  if ((first & 0x30) != 0 || (opcode > 2 && opcode < 8) || opcode > 10) return false;
  if (frame_.payload_bytes >> 63 != 0) return false;
  if (frame_.is_control()) return frame_.fin && !frame_.compressed && frame_.payload_bytes <= 125;
  return !(frame_.compressed && frame_.opcode == Opcode::continuation);
}

void unmask(std::span<std::uint8_t> bytes, const std::array<std::uint8_t, 4>& mask,
            std::uint64_t offset) noexcept {
  std::array<std::uint8_t, 8> turned;
  for (std::size_t i = 0; i < turned.size(); ++i) turned[i] = mask[(offset + i) & 3];
  std::uint64_t wide;
  std::memcpy(&wide, turned.data(), sizeof wide);
  std::size_t at = 0;
  for (; at + sizeof wide <= bytes.size(); at += sizeof wide) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    word ^= wide;
    std::memcpy(bytes.data() + at, &word, sizeof word);
  }
  for (; at < bytes.size(); ++at) bytes[at] ^= turned[at & 7];
}

}  // namespace outspan::protocol::websocket
