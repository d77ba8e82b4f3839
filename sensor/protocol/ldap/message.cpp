#include "protocol/ldap/message.h"

#include <algorithm>
#include <string_view>

namespace outspan::protocol::ldap {
namespace {

constexpr std::uint8_t kSequence = 0x30, kInteger = 0x02, kControls = 0xa0;
constexpr std::uint64_t kMessageBytesMax = 1 << 28;
/// What a security layer agrees on is at most 16 MiB (RFC 4752, 3.1).
constexpr std::uint32_t kBufferBytesMax = 1 << 24;
/// A message's header, number, and the header of its operation.
constexpr std::size_t kHeadBytesMax = 2 * kElementHeaderBytesMax + 6;

}  // namespace

Element take_header(ByteCursor& in) noexcept {
  Element element;
  element.tag = in.u8();
  const std::uint8_t length = in.u8();
  if (length < 0x80) {
    element.bytes = length;
  } else if (length == 0x80 || length > 0x84) {
    in.skip(in.left() + 1);
  } else {
    for (int i = 0; i < length - 0x80; ++i) element.bytes = element.bytes << 8 | in.u8();
  }
  return element;
}

MessageReader::Header read_header(Bytes beginning) noexcept {
  using Kind = MessageReader::Header::Kind;
  ByteCursor in(beginning);
  if (is_sealed(beginning)) {
    const std::uint32_t size = in.u32();
    if (!in.ok()) return MessageReader::kMore;
    if (size == 0 || size > kBufferBytesMax) return MessageReader::kInvalid;
    return {std::uint64_t{size} + 4, Kind::known};
  }
  if (beginning[0] != kSequence) return MessageReader::kInvalid;
  const Element message = take_header(in);
  const std::size_t header = beginning.size() - in.left();
  if (!in.ok() && beginning.size() >= kElementHeaderBytesMax) return MessageReader::kInvalid;
  const std::uint8_t number = in.u8();
  if (!in.ok()) return MessageReader::kMore;
  if (number != kInteger || message.bytes < 5 || message.bytes > kMessageBytesMax)
    return MessageReader::kInvalid;
  return {header + message.bytes, Kind::known};
}

Head read_head(Bytes message) noexcept {
  ByteCursor in(message);
  const Element whole = take_header(in);
  const std::size_t before = in.left();
  const Element number = take_header(in);
  Head head;
  if (!in.ok() || whole.tag != kSequence || number.tag != kInteger || number.bytes > 4) return {};
  for (const std::uint8_t byte : in.take(static_cast<std::size_t>(number.bytes)))
    head.number = head.number << 8 | byte;
  const Element operation = take_header(in);
  if (!in.ok()) return {};
  const std::uint64_t used = before - in.left() + operation.bytes;
  if (used > whole.bytes) return {};
  const bool controls = used < whole.bytes;
  head.contents = in.rest().first(
      static_cast<std::size_t>(std::min<std::uint64_t>(operation.bytes, in.left())));
  if (controls && in.left() > operation.bytes &&
      in.rest()[static_cast<std::size_t>(operation.bytes)] != kControls)
    return {};
  head.operation = operation.tag;
  return head;
}

bool is_request(std::uint8_t operation) noexcept {
  static constexpr std::string_view kRequests = "\x60\x42\x63\x66\x68\x4a\x6c\x6e\x50\x77";
  return operation != 0 && kRequests.find(static_cast<char>(operation)) != std::string_view::npos;
}

bool is_response(std::uint8_t operation) noexcept {
  static constexpr std::string_view kResponses = "\x61\x64\x65\x67\x69\x6b\x6d\x6f\x73\x78\x79";
  return operation != 0 && kResponses.find(static_cast<char>(operation)) != std::string_view::npos;
}

std::size_t find_message(Bytes bytes) noexcept {
  const std::string_view text = as_text(bytes);
  for (std::size_t at = text.find(static_cast<char>(kSequence)); at < text.size();
       at = text.find(static_cast<char>(kSequence), at + 1)) {
    const Bytes rest = bytes.subspan(at);
    const std::uint8_t operation =
        read_head(rest.first(std::min(rest.size(), kHeadBytesMax))).operation;
    if (read_header(rest).kind == MessageReader::Header::Kind::known &&
        (is_request(operation) || is_response(operation)))
      return at;
  }
  return bytes.size();
}

}  // namespace outspan::protocol::ldap
