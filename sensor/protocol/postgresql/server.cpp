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

std::string spaced(Bytes body) {
  std::string text(as_text(body));
  std::replace(text.begin(), text.end(), '\0', '\n');
  return text;
}

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

}  // namespace

Server::Server(StreamHost& host, Session& session, Side side, bool in_step) noexcept
    : host_(host),
      session_(session),
      side_(side),
      reader_(read_server_header, kBeginBytes, kWholeBytesMax),
      in_step_(in_step),
      channel_(host, "postgresql session"),
      rows_(host, side),
      other_(host, side, "postgresql messages") {}

bool Server::data(Bytes bytes, Bytes& rest) noexcept {
  using Kind = MessageReader::Piece::Kind;
  if (!in_step_) {
    const std::size_t begin = find_server_message(bytes);
    other_.data(bytes.first(begin));
    bytes = bytes.subspan(begin);
    in_step_ = !bytes.empty();
  }
  // The server agrees to TLS with one letter; what follows is TLS's.
  if (!begun_ && bytes[0] == 0x16 && reader_.unfinished() == "S") {
    std::ignore = reader_.take_unfinished();
    framing(1);
    rest = bytes;
    return false;
  }
  if (!begun_ && bytes.size() > 2 && bytes[0] == 'S' && bytes[1] == 0x16 && bytes[2] == 0x03) {
    framing(1);
    rest = bytes.subspan(1);
    return false;
  }
  while (!bytes.empty()) {
    const MessageReader::Piece piece = reader_.next(bytes);
    switch (piece.kind) {
      case Kind::none: break;
      case Kind::whole: message(piece.bytes); break;
      case Kind::begin: begin_long(piece.bytes); break;
      case Kind::more: go_on(piece.bytes, piece.left); break;
      case Kind::damaged: other_.data(piece.bytes); break;
      case Kind::invalid:
        in_step_ = false;
        other_.data(piece.bytes);
        break;
    }
  }
  rows_.flush();
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
    case 'c': end_copy(); break;
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
  if (!std::exchange(fresh_, false) && rows_.active()) return;
  rows_.begin(session_.info(session_.answered()));
}

/// What columns the next result has, is not known before it says so.
void Server::end_rows() noexcept {
  end_copy();
  fresh_ = true;
  types_.clear();
}

/// For each column its name, table, number, type, size, modifier, format.
void Server::columns(Bytes body) noexcept {
  ByteCursor in(body);
  const std::size_t count = std::min<std::size_t>(in.u16(), kColumnsMax);
  types_.clear();
  begin_rows();
  rows_.framing(std::min<std::size_t>(2, body.size()));
  for (std::size_t i = 0; i < count; ++i) {
    ByteCursor column(in.rest());
    const std::string_view name = column.c_string();
    const Bytes rest = column.take(kColumnBytes);
    if (!column.ok()) break;
    ByteCursor fields(rest);
    fields.skip(6);
    types_.push_back(fields.u32());
    rows_.cell(as_bytes(name));
    rows_.framing(1 + kColumnBytes);
    in = column;
  }
  rows_.end_row();
  rows_.flush();
  if (body.size() >= 2) other_.data(in.rest());
}

void Server::row(Bytes body) noexcept {
  begin_rows();
  ByteCursor in(body);
  const std::size_t cells = in.u16();
  rows_.framing(kHeaderBytes + (in.ok() ? 2 : body.size()));
  for (std::size_t i = 0; i < cells; ++i) {
    const std::optional<Cell> next = take_cell(in);
    if (!next) break;
    rows_.framing(kCellHeaderBytes);
    cell(next->bytes, i);
  }
  rows_.end_row();
  if (in.left() == 0) return;
  rows_.flush();
  other_.data(in.rest());
}

void Server::cell(Bytes bytes, std::size_t column) noexcept {
  if (column < types_.size() && is_binary_number(bytes, types_[column]))
    return rows_.cell_from(as_bytes(decimal(bytes)), bytes.size());
  rows_.cell(bytes);
}

void Server::begin_long(Bytes beginning) noexcept {
  begun_ = true;
  framing(kHeaderBytes);
  long_letter_ = static_cast<char>(beginning[0]);
  Bytes body = beginning.subspan(kHeaderBytes);
  if (long_letter_ == 'D') {
    begin_rows();
    rows_.framing(2);
    body = body.subspan(2);
    size_bytes_.clear();
    cell_left_ = 0;
  }
  go_on(body, 1);
}

void Server::go_on(Bytes bytes, std::uint64_t left) noexcept {
  if (long_letter_ == 'D') return long_row(bytes, left);
  if (long_letter_ == 'd') return copy(bytes);
  channel_.data(side_, bytes, session_.info({}));
  if (left == 0) channel_.line(side_, {}, 0, session_.info({}));
}

/// Cells as they come: a row may have 1 GiB.
void Server::long_row(Bytes bytes, std::uint64_t left) noexcept {
  while (!bytes.empty()) {
    if (cell_left_ > 0) {
      const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(cell_left_, bytes.size()));
      rows_.piece(bytes.first(size));
      bytes = bytes.subspan(size);
      cell_left_ -= size;
      if (cell_left_ == 0) rows_.end_long_cell();
      continue;
    }
    size_bytes_ += static_cast<char>(bytes[0]);
    bytes = bytes.subspan(1);
    rows_.framing(1);
    if (size_bytes_.size() < 4) continue;
    const std::uint32_t size = ByteCursor(as_bytes(size_bytes_)).u32();
    size_bytes_.clear();
    if (size == kNullCell || size == 0) continue;
    cell_left_ = size;
    rows_.begin_long_cell();
  }
  if (left > 0) return;
  if (cell_left_ > 0) rows_.end_long_cell();
  rows_.end_row();
}

void Server::copy(Bytes rows) noexcept {
  if (!copy_) {
    copy_ = host_.objects().begin(host_.flow(), side_, session_.info(session_.answered()));
    PartInfo part;
    part.kind = PartKind::body;
    copy_->begin_part(std::move(part));
  }
  copy_->data(rows);
}

void Server::end_copy() noexcept {
  if (!copy_) return;
  copy_->end_part();
  copy_->end(ObjectEnd::complete);
  copy_.reset();
}

void Server::text(Bytes body) noexcept {
  if (!body.empty()) channel_.line(side_, spaced(body), body.size(), session_.info({}));
}

void Server::gap(std::uint64_t missing_bytes) noexcept {
  using Gap = MessageReader::Gap;
  const bool was_in_step = in_step_;
  const Gap kind = reader_.gap(missing_bytes);
  rows_.gap(missing_bytes);
  channel_.gap(missing_bytes);
  if (copy_) copy_->gap(missing_bytes);
  if (kind == Gap::inside) {
    if (long_letter_ != 'D') return;
    if (missing_bytes < cell_left_) {
      cell_left_ -= missing_bytes;
    } else {  // which cell the rest belongs to is not known: it is one
      size_bytes_.clear();
      cell_left_ = UINT64_MAX;
    }
    return;
  }
  const std::string unfinished = reader_.take_unfinished();
  other_.data(as_bytes(unfinished));
  other_.gap(missing_bytes);
  in_step_ = was_in_step && kind == Gap::damages;
}

void Server::pause() noexcept {
  channel_.pause();
  rows_.pause();
  other_.pause();
  if (copy_) copy_->pause();
}

void Server::close() noexcept {
  const std::string unfinished = reader_.take_unfinished();
  if (unfinished == "S" && !begun_)
    framing(1);  // the answer to SSLRequest
  else
    other_.data(as_bytes(unfinished));
  end_copy();
  channel_.end(ObjectEnd::complete);
  rows_.end(ObjectEnd::complete);
  other_.end(ObjectEnd::complete);
}

std::uint64_t Server::held_bytes() const noexcept {
  return sizeof *this + reader_.held_bytes() + channel_.held_bytes() + rows_.held_bytes() +
         other_.held_bytes() + held_by(copy_) + types_.capacity() * sizeof(std::uint32_t);
}

}  // namespace outspan::protocol::postgresql
