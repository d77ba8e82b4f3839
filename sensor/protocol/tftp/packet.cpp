#include "protocol/tftp/packet.h"

#include <algorithm>
#include <charconv>

#include "text/ascii.h"
#include "text/utf8.h"

namespace outspan::protocol::tftp {
namespace {

using text::equals_ignoring_case;

constexpr std::size_t kRequestBytesMax = 512;  // RFC 2347
/// RFC 2348.
constexpr std::uint32_t kBlockBytesMin = 8, kBlockBytesMax = 65464;

/// Text up to a zero byte, taken off with it. nullopt: there is none that is printable.
std::optional<std::string_view> take_text(std::string_view& rest) noexcept {
  const std::size_t end = rest.find('\0');
  if (end == rest.npos || end == 0) return std::nullopt;
  const std::string_view text = rest.substr(0, end);
  if (!text::looks_like_text(as_bytes(text))) return std::nullopt;
  rest.remove_prefix(end + 1);
  return text;
}

/// Pairs of a name and a value, and nothing after them.
std::optional<Options> read_options(std::string_view rest) noexcept {
  Options options;
  while (!rest.empty()) {
    const auto name = take_text(rest);
    const auto value = take_text(rest);
    if (!name || !value) return std::nullopt;
    std::uint32_t number = 0;
    std::from_chars(value->data(), value->data() + value->size(), number);
    if (equals_ignoring_case(*name, "blksize"))
      options.block_bytes = std::clamp(number, kBlockBytesMin, kBlockBytesMax);
    if (equals_ignoring_case(*name, "rollover")) options.rolls_over_to_one = number == 1;
  }
  return options;
}

}  // namespace

std::optional<Opcode> read_opcode(Bytes datagram) noexcept {
  ByteCursor in(datagram);
  const std::uint16_t code = in.u16();
  if (!in.ok() || code < static_cast<std::uint16_t>(Opcode::read) ||
      code > static_cast<std::uint16_t>(Opcode::oack))
    return std::nullopt;
  return static_cast<Opcode>(code);
}

std::optional<Request> read_request(Bytes datagram) noexcept {
  const auto opcode = read_opcode(datagram);
  if (datagram.size() > kRequestBytesMax || (opcode != Opcode::read && opcode != Opcode::write))
    return std::nullopt;
  std::string_view rest = as_text(datagram.subspan(kOpcodeBytes));
  const auto file_name = take_text(rest);
  const auto mode = take_text(rest);
  if (!file_name || !mode) return std::nullopt;
  const bool known = equals_ignoring_case(*mode, "octet") ||
                     equals_ignoring_case(*mode, "netascii") || equals_ignoring_case(*mode, "mail");
  const auto options = read_options(rest);
  if (!known || !options) return std::nullopt;
  return Request{opcode == Opcode::write, *file_name, *options};
}

std::optional<Options> read_oack(Bytes datagram) noexcept {
  if (read_opcode(datagram) != Opcode::oack || datagram.size() > kRequestBytesMax)
    return std::nullopt;
  return read_options(as_text(datagram.subspan(kOpcodeBytes)));
}

}  // namespace outspan::protocol::tftp
