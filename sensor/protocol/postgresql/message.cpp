#include "protocol/postgresql/message.h"

#include <algorithm>
#include <string_view>

#include "text/ascii.h"

namespace outspan::protocol::postgresql {
namespace {

constexpr std::uint32_t kLengthMax = 1 << 30;
/// Of a row that is to prove itself; a row of more is still a row.
constexpr int kProvingCells = 64;

MessageReader::Header read_header(Bytes beginning, std::string_view letters) noexcept {
  ByteCursor in(beginning);
  const char letter = static_cast<char>(in.u8());
  if (letters.find(letter) == std::string_view::npos) return MessageReader::kInvalid;
  const std::uint32_t length = in.u32();
  if (!in.ok()) return MessageReader::kMore;
  if (length < 4 || length > kLengthMax) return MessageReader::kInvalid;
  return {std::uint64_t{length} + 1, MessageReader::Header::Kind::known};
}

/// The body of the message that `bytes` begin with, if it is all there and has this letter.
bool whole_body(Bytes bytes, char letter, Bytes& body) noexcept {
  ByteCursor in(bytes);
  if (static_cast<char>(in.u8()) != letter) return false;
  const std::uint32_t length = in.u32();
  if (length < 4) return false;
  body = in.take(length - 4);
  return in.ok();
}

bool is_row(Bytes body) noexcept {
  ByteCursor in(body);
  const int cells = in.u16();
  for (int i = 0; i < std::min(cells, kProvingCells) && in.ok(); ++i) {
    const std::uint32_t size = in.u32();
    if (size != 0xffffffff) in.skip(size);
  }
  return in.ok() && cells > 0 && (cells > kProvingCells || in.left() == 0);
}

/// A statement: printable as far as it is ASCII, begun with a letter or a comment, and a zero byte
/// at its end alone.
bool is_statement(std::string_view text) noexcept {
  if (text.empty() || text.back() != '\0') return false;
  text.remove_suffix(1);
  if (text.size() < 4) return false;
  text = text.substr(0, 256);
  const char first = text::trimmed(text).empty() ? '\0' : text::trimmed(text).front();
  return (text::is_letter(first) || first == '/' || first == '-' || first == '(') &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return text::is_printable(c) || !text::is_ascii(c); });
}

bool is_parse(Bytes body) noexcept {
  ByteCursor in(body);
  in.c_string();
  const Bytes rest = in.rest();
  const std::string_view statement = in.c_string();
  const std::size_t types = in.u16();
  return in.ok() && in.left() == types * 4 &&
         is_statement(as_text(rest.first(statement.size() + 1)));
}

/// What the server asks for, or that it asks for nothing (R); the codes of 55.7.
bool is_authentication(Bytes body) noexcept {
  ByteCursor in(body);
  const std::uint32_t code = in.u32();
  return in.ok() && code <= 12 && body.size() <= 1024 && (code != 0 || in.left() == 0) &&
         (code != 5 || in.left() == 4);
}

bool is_ready(Bytes body) noexcept {
  return body.size() == 1 && (body[0] == 'I' || body[0] == 'T' || body[0] == 'E');
}

template <class Proves>
std::size_t find_message(Bytes bytes, std::string_view letters, Proves proves) noexcept {
  const std::string_view text = as_text(bytes);
  for (std::size_t at = text.find_first_of(letters); at < text.size();
       at = text.find_first_of(letters, at + 1))
    if (proves(bytes.subspan(at))) return at;
  return bytes.size();
}

}  // namespace

std::optional<Cell> take_cell(ByteCursor& in) noexcept {
  ByteCursor cell = in;
  const std::uint32_t size = cell.u32();
  const Bytes bytes = cell.take(size == kNullCell ? 0 : size);
  if (!cell.ok()) return std::nullopt;
  in = cell;
  return Cell{bytes, size == kNullCell};
}

MessageReader::Header read_client_header(Bytes beginning) noexcept {
  if (beginning[0] != 0) return read_header(beginning, "BCDEFHPQSXcdfp");
  ByteCursor in(beginning);
  const std::uint32_t length = in.u32();
  const std::uint32_t code = in.u32();
  if (!in.ok()) return MessageReader::kMore;
  const bool known = is_version3(code) || (code >= static_cast<std::uint32_t>(Startup::cancel) &&
                                           code <= static_cast<std::uint32_t>(Startup::gss));
  if (!known || length < kStartupHeaderBytes || length > kStartupBytesMax)
    return MessageReader::kInvalid;
  return {length, MessageReader::Header::Kind::known};
}

MessageReader::Header read_server_header(Bytes beginning) noexcept {
  // The answer to SSLRequest and GSSENCRequest is a letter alone. That of a refusal is also the one
  // of a notice: what follows tells, and authentication always does.
  ByteCursor in(beginning);
  const std::uint8_t letter = in.u8();
  const std::uint32_t next = in.u24();
  constexpr std::uint32_t kAuthentication = 'R' << 16;
  if (letter == 'N' && in.ok() && next == kAuthentication)
    return {1, MessageReader::Header::Kind::known};
  return read_header(beginning, "123ACDEGHIKNRSTVWZcdnstv");
}

bool proves_client(Bytes bytes) noexcept {
  Bytes body;
  if (whole_body(bytes, 'Q', body)) return is_statement(as_text(body));
  return whole_body(bytes, 'P', body) && is_parse(body);
}

bool proves_server(Bytes bytes) noexcept {
  Bytes body;
  if (whole_body(bytes, 'D', body)) return is_row(body);
  return whole_body(bytes, 'Z', body) && is_ready(body);
}

std::size_t find_client_message(Bytes bytes) noexcept {
  return find_message(bytes, "QP", proves_client);
}

std::size_t find_server_message(Bytes bytes) noexcept {
  Bytes body;
  if (whole_body(bytes, 'R', body) && is_authentication(body)) return 0;
  return find_message(bytes, "DZ", proves_server);
}

}  // namespace outspan::protocol::postgresql
