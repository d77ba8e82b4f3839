#include "protocol/mysql/packet.h"

#include <algorithm>
#include <string_view>

#include "text/ascii.h"

namespace outspan::protocol::mysql {
namespace {

constexpr std::uint8_t kNull = 0xfb, kTwoBytes = 0xfc, kThreeBytes = 0xfd, kEightBytes = 0xfe;
/// Of a row that is to prove itself.
constexpr std::size_t kProvingCells = 64;
constexpr std::size_t kFillerBytes = 23;

/// The body of the packet that `bytes` begin with, if all of it is there.
bool whole_body(Bytes bytes, Bytes& body) noexcept {
  if (bytes.size() < kHeaderBytes) return false;
  ByteCursor in(bytes);
  const std::size_t size = in.u16_le() | std::size_t{in.u8()} << 16;
  in.u8();
  body = in.take(size);
  return in.ok() && size > 0;
}

bool is_printable_text(Bytes text) noexcept {
  const std::string_view seen = as_text(text).substr(0, 256);
  return std::all_of(seen.begin(), seen.end(),
                     [](char c) { return text::is_printable(c) || !text::is_ascii(c); });
}

/// Two packets after each other: rows, or the description of a column and what follows it.
bool proves_rows(Bytes bytes) noexcept {
  Bytes first;
  Bytes second;
  if (!whole_body(bytes, first) || number_of(bytes) == 0) return false;
  const Bytes rest = bytes.subspan(kHeaderBytes + first.size());
  if (!whole_body(rest, second)) return false;
  if (number_of(rest) != static_cast<std::uint8_t>(number_of(bytes) + 1)) return false;
  if (is_column(first)) return true;
  return first.size() > 4 && is_text_row(first, 0) &&
         (is_text_row(second, 0) || (second[0] == kEightBytes && second.size() < 64));
}

bool proves_statement(Bytes bytes) noexcept {
  Bytes body;
  if (!whole_body(bytes, body) || number_of(bytes) != 0 || body.size() < 5) return false;
  const auto command = static_cast<Command>(body[0]);
  if (command != Command::query && command != Command::prepare) return false;
  body = body.subspan(1);
  constexpr std::uint8_t kNoAttributes[] = {0, 1};
  if (std::equal(std::begin(kNoAttributes), std::end(kNoAttributes), body.begin()))
    body = body.subspan(2);
  const std::string_view statement = text::trimmed(as_text(body).substr(0, 256));
  return statement.size() > 4 && text::is_letter(statement[0]) && text::is_letter(statement[1]) &&
         is_printable_text(body);
}

/// The third byte of a length: packets of 64 KiB and more prove themselves later.
template <class Proves>
std::size_t find_packet(Bytes bytes, Proves proves) noexcept {
  const std::string_view text = as_text(bytes);
  for (std::size_t at = text.find('\0', 2); at < text.size(); at = text.find('\0', at + 1))
    if (proves(bytes.subspan(at - 2))) return at - 2;
  return bytes.size();
}

}  // namespace

MessageReader::Header read_header(Bytes beginning) noexcept {
  if (beginning.size() < kHeaderBytes) return MessageReader::kMore;
  ByteCursor in(beginning);
  const std::size_t size = in.u16_le() | std::size_t{in.u8()} << 16;
  return {size + kHeaderBytes, MessageReader::Header::Kind::known};
}

std::optional<std::uint64_t> take_integer(ByteCursor& in) noexcept {
  const std::uint8_t first = in.u8();
  switch (first) {
    case kNull: return std::nullopt;
    case kTwoBytes: return in.u16_le();
    case kThreeBytes: {
      const std::uint64_t low = in.u16_le();
      return low | std::uint64_t{in.u8()} << 16;
    }
    case kEightBytes: return in.u64_le();
    case 0xff: in.skip(in.left() + 1); return 0;
    default: return first;
  }
}

Bytes take_counted(ByteCursor& in) noexcept {
  const auto size = take_integer(in);
  if (!size || *size > in.left()) {
    if (size) in.skip(in.left() + 1);
    return {};
  }
  return in.take(static_cast<std::size_t>(*size));
}

bool is_text_row(Bytes body, std::size_t columns) noexcept {
  ByteCursor in(body);
  std::size_t cells = 0;
  const std::size_t cells_max = columns == 0 ? kProvingCells : columns;
  for (; cells < cells_max && in.left() > 0; ++cells) take_counted(in);
  return in.ok() && in.left() == 0 && cells > 0 && (columns == 0 || cells == columns);
}

bool is_column(Bytes body) noexcept {
  constexpr std::string_view kCatalogue = "\3def";
  constexpr std::size_t kFixedBytes = 13;
  return as_text(body).starts_with(kCatalogue) &&
         body.size() >= kCatalogue.size() + 5 + kFixedBytes;
}

bool is_greeting(Bytes bytes) noexcept {
  Bytes body;
  if (!whole_body(bytes, body) || number_of(bytes) != 0 || body[0] != kGreeting) return false;
  ByteCursor in(body.subspan(1));
  const std::string_view version = in.c_string();
  in.skip(4 + 8);
  return in.u8() == 0 && in.ok() && !version.empty() && text::is_digit(version[0]) &&
         is_printable_text(as_bytes(version));
}

bool is_hello(Bytes bytes) noexcept {
  Bytes body;
  if (!whole_body(bytes, body) || number_of(bytes) != 1 || body.size() < 32) return false;
  ByteCursor in(body);
  const std::uint32_t capabilities = in.u32_le();
  in.skip(5);
  const Bytes filler = in.take(kFillerBytes - 4);
  return (capabilities & capability::kProtocol41) != 0 &&
         std::all_of(filler.begin(), filler.end(), [](std::uint8_t byte) { return byte == 0; });
}

std::size_t find_rows(Bytes bytes) noexcept { return find_packet(bytes, proves_rows); }
std::size_t find_statement(Bytes bytes) noexcept { return find_packet(bytes, proves_statement); }

}  // namespace outspan::protocol::mysql
