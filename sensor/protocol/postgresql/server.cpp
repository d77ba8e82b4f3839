#include "protocol/postgresql/server.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace outspan::protocol::postgresql {
namespace {

/// MaxTupleAttributeNumber.
constexpr std::size_t kColumnsMax = 1664;
constexpr std::size_t kColumnBytes = 18;
// Types whose binary form is a number (pg_type.dat).
constexpr std::uint32_t kInt8 = 20, kInt2 = 21, kInt4 = 23;

/// Whether this is a number in binary, as an answer to Bind may be. All digits would be a number
/// of 3 * 10^18.
bool is_binary_number(Bytes cell, std::uint32_t type) noexcept {
  const std::size_t size = type == kInt8 ? 8 : type == kInt4 ? 4 : type == kInt2 ? 2 : 0;
  return size > 0 && cell.size() == size && std::any_of(cell.begin(), cell.end(), [](auto byte) {
           return byte != '-' && (byte < '0' || byte > '9');
         });
}

std::string decimal(Bytes number) {
  std::uint64_t value = (number[0] & 0x80) != 0 ? ~std::uint64_t{0} : 0;
  for (const std::uint8_t byte : number) value = value << 8 | byte;
  return std::to_string(static_cast<std::int64_t>(value));
}

bool is_fixed(char letter, Bytes body) noexcept {
  switch (letter) {
    case '1':
    case '2':
    case '3':
    case 'n':
    case 's':
    case 'I':
    case 'c': return body.empty();
    case 'Z': return body.size() == 1 && (body[0] == 'I' || body[0] == 'T' || body[0] == 'E');
    default: return false;
  }
}

std::optional<std::uint64_t> read_cell_size(Bytes bytes) noexcept {
  if (bytes.size() < kCellHeaderBytes) return std::nullopt;
  const std::uint32_t size = ByteCursor(bytes).u32();
  return size == kNullCell ? 0 : size;
}

constexpr sql::Messages kMessages{"postgresql session", "postgresql messages", read_server_header,
                                  find_server_message,  kBeginBytes,           kWholeBytesMax};

}  // namespace

Server::Server(StreamHost& host, Session& session, Side side, bool in_step) noexcept
    : Peer(host, session, kMessages, side, in_step),
      session_(session),
      long_row_(rows(), read_cell_size) {}

bool Server::data(Bytes bytes, Bytes& rest) noexcept {
  // The server agrees to TLS with one letter; what follows is TLS's.
  if (!begun_ && in_step()) {
    if (bytes[0] == 0x16 && reader().unfinished() == "S") {
      std::ignore = reader().take_unfinished();
      framing(1);
      rest = bytes;
      return false;
    }
    if (bytes.size() > 2 && bytes[0] == 'S' && bytes[1] == 0x16 && bytes[2] == 0x03) {
      framing(1);
      rest = bytes.subspan(1);
      return false;
    }
  }
  while (!bytes.empty()) read(bytes);
  rows().flush();
  return true;
}

void Server::message(Bytes all) noexcept {
  if (all.size() == 1) return framing(1);  // no TLS
  begun_ = true;
  const char letter = static_cast<char>(all[0]);
  const Bytes body = all.subspan(kHeaderBytes);
  if (letter == 'D') return row(body);
  framing(kHeaderBytes);
  switch (letter) {
    case 'T': return columns(body);
    case 'd': return copy(body);
    case 'c': end_file(); break;
    case 'C':
    case 's':
    case 'I':
      end_rows();
      session_.completed();
      break;
    case 'Z':
      end_rows();
      session_.ready();
      break;
    default: break;
  }
  if (is_fixed(letter, body)) return framing(body.size());
  text(body);
}

void Server::begin_rows() noexcept {
  if (!std::exchange(fresh_, false) && rows().active()) return;
  rows().begin(session_.info(session_.answered()));
}

/// What columns the next result has, is not known before it says so.
void Server::end_rows() noexcept {
  end_file();
  fresh_ = true;
  types_.clear();
}

/// For each column its name, table, number, type, size, modifier, format.
void Server::columns(Bytes body) noexcept {
  ByteCursor in(body);
  const std::size_t count = std::min<std::size_t>(in.u16(), kColumnsMax);
  types_.clear();
  begin_rows();
  rows().framing(std::min<std::size_t>(2, body.size()));
  for (std::size_t i = 0; i < count; ++i) {
    ByteCursor column(in.rest());
    const std::string_view name = column.c_string();
    const Bytes rest = column.take(kColumnBytes);
    if (!column.ok()) break;
    ByteCursor fields(rest);
    fields.skip(6);
    types_.push_back(fields.u32());
    rows().cell(as_bytes(name));
    rows().framing(1 + kColumnBytes);
    in = column;
  }
  rows().end_row();
  rows().flush();
  if (body.size() >= 2) other(in.rest());
}

void Server::row(Bytes body) noexcept {
  begin_rows();
  ByteCursor in(body);
  const std::size_t cells = in.u16();
  rows().framing(kHeaderBytes + (in.ok() ? 2 : body.size()));
  for (std::size_t i = 0; i < cells; ++i) {
    const std::optional<Cell> next = take_cell(in);
    if (!next) break;
    rows().framing(kCellHeaderBytes);
    cell(next->bytes, i);
  }
  rows().end_row();
  if (in.left() == 0) return;
  rows().flush();
  other(in.rest());
}

void Server::cell(Bytes bytes, std::size_t column) noexcept {
  if (column < types_.size() && is_binary_number(bytes, types_[column]))
    return rows().cell_from(as_bytes(decimal(bytes)), bytes.size());
  rows().cell(bytes);
}

void Server::begin_long(Bytes beginning) noexcept {
  begun_ = true;
  framing(kHeaderBytes);
  long_letter_ = static_cast<char>(beginning[0]);
  Bytes body = beginning.subspan(kHeaderBytes);
  if (long_letter_ == 'D') {
    begin_rows();
    rows().framing(2);
    body = body.subspan(2);
    long_row_.begin();
  }
  go_on(body, 1);
}

void Server::go_on(Bytes bytes, std::uint64_t left) noexcept {
  if (long_letter_ == 'D') {
    long_row_.data(bytes);
    return left == 0 ? long_row_.end() : void();
  }
  if (long_letter_ == 'd') return copy(bytes);
  channel().data(side(), bytes, session_.info({}));
  if (left == 0) channel().line(side(), {}, 0, session_.info({}));
}

void Server::copy(Bytes bytes) noexcept { file(bytes, session_.answered()); }

void Server::gap(std::uint64_t missing_bytes) noexcept {
  if (!lose(missing_bytes) && long_letter_ == 'D') long_row_.gap(missing_bytes);
}

void Server::close() noexcept {
  if (reader().unfinished() == "S" && !begun_) {  // the answer to SSLRequest
    std::ignore = reader().take_unfinished();
    framing(1);
  }
  Peer::close();
}

std::uint64_t Server::held_bytes() const noexcept {
  return Peer::held_bytes() + types_.capacity() * sizeof(std::uint32_t);
}

}  // namespace outspan::protocol::postgresql
