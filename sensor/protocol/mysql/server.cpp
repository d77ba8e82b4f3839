#include "protocol/mysql/server.h"

#include <algorithm>
#include <utility>

namespace outspan::protocol::mysql {
namespace {

constexpr std::uint8_t kOk = 0x00, kFile = 0xfb, kEnd = 0xfe, kError = 0xff;
constexpr std::uint16_t kMoreResults = 0x0008;
constexpr std::size_t kEndBytes = 5, kPreparedBytes = 12, kColumnFixedBytes = 13;
constexpr std::size_t kColumnsMax = 4096;
/// Needed to see whether blocks are compressed.
constexpr std::size_t kPeekedBytes = 13;

bool begins_tls(Bytes bytes) noexcept {
  constexpr std::uint8_t kHandshake = 0x16, kMajor = 3;
  return bytes.size() >= 3 && bytes[0] == kHandshake && bytes[1] == kMajor && bytes[2] <= 4;
}

std::string readable(Bytes body) {
  std::string text(as_text(body));
  std::replace(text.begin(), text.end(), '\0', '\n');
  return text;
}

}  // namespace

Server::Server(StreamHost& host, Session& session, Side side, bool in_step) noexcept
    : host_(host),
      session_(session),
      side_(side),
      reader_(read_header, kBeginBytes, kWholeBytesMax),
      in_step_(in_step),
      logged_in_(!in_step),
      state_(in_step ? State::head : State::rows),
      channel_(host, "mysql session"),
      rows_(host, side),
      other_(host, side, "mysql packets") {}

bool Server::data(Bytes bytes, Bytes& rest) noexcept {
  // No packet of a login is so long as what a record of TLS would be: the client asked for it.
  if (!logged_in_ && begun_ && reader_.idle() && begins_tls(bytes)) {
    rest = bytes;
    return false;
  }
  if (!begun_ && !in_step_ && CompressedBlocks::begins(bytes)) take_compression_off();
  begun_ = true;
  if (blocks_)
    blocks_->data(bytes);
  else
    plain(bytes);
  rows_.flush();
  return true;
}

void Server::plain(Bytes bytes) noexcept {
  if (!peeked_.empty()) {
    joined_ = std::exchange(peeked_, {});
    joined_ += as_text(bytes);
    bytes = as_bytes(joined_);
  }
  while (!bytes.empty()) {
    if (may_compress_ && reader_.idle()) {
      const bool unknown = session_.capabilities == 0;
      if (unknown && bytes.size() < kPeekedBytes) {
        peeked_ = as_text(bytes);
        return;
      }
      may_compress_ = false;
      if (unknown ? CompressedBlocks::begins(bytes) : session_.compressed()) {
        take_compression_off();
        return blocks_->data(bytes);
      }
    }
    one_packet(bytes);
  }
}

void Server::take_compression_off() noexcept {
  if (!std::exchange(in_step_, true)) state_ = State::head;
  blocks_.emplace(
      host_, side_,
      [this](Bytes bytes) {
        while (!bytes.empty()) one_packet(bytes);
      },
      [this](std::uint64_t missing_bytes) { lose(missing_bytes); });
  rows_.decoded_from_elsewhere(true);
}

void Server::one_packet(Bytes& bytes) noexcept {
  using Kind = MessageReader::Piece::Kind;
  if (!in_step_) {
    const std::size_t begin = find_rows(bytes);
    other(bytes.first(begin));
    bytes = bytes.subspan(begin);
    in_step_ = !bytes.empty();
    if (!in_step_) return;
    state_ = State::rows;
    rows_begun_ = false;
    types_.clear();
    number_ = static_cast<std::uint8_t>(number_of(bytes) - 1);
  }
  const MessageReader::Piece piece = reader_.next(bytes);
  switch (piece.kind) {
    case Kind::none: return;
    case Kind::whole: return packet(piece.bytes);
    case Kind::begin: return begin_long(piece.bytes);
    case Kind::more: return go_on(piece.bytes, piece.left);
    case Kind::damaged:
    case Kind::invalid: return other(piece.bytes);
  }
}

void Server::packet(Bytes all) noexcept {
  const Bytes body = all.subspan(kHeaderBytes);
  framing(kHeaderBytes);
  const bool next = number_of(all) == static_cast<std::uint8_t>(number_ + 1);
  number_ = number_of(all);
  if (std::exchange(continues_, false)) return go_on(body, 0);
  if (!logged_in_) return logging_in(all);
  if (!next) state_ = State::head;
  if (body.empty()) return;
  if (state_ == State::head) return head(body);
  if (body[0] == kEnd || body[0] == kError) return end_of_rows(body);
  const bool described = state_ == State::columns ? columns_left_ > 0 : !rows_begun_;
  if (described && is_column(body) &&
      (state_ == State::columns || types_.empty() || columns_left_ > 0))
    return column(body);
  row(body);
}

/// From the greeting to the OK that ends it.
void Server::logging_in(Bytes all) noexcept {
  const Bytes body = all.subspan(kHeaderBytes);
  text(body);
  if (body.empty() || body[0] != kOk) return;
  logged_in_ = true;
  channel_.learn(session_.info({}));
  may_compress_ = true;
  state_ = State::head;
}

/// The first packet of an answer.
void Server::head(Bytes body) noexcept {
  end_names();
  state_ = State::head;
  types_.clear();
  table_.clear();
  rows_begun_ = false;
  columns_left_ = 0;
  ByteCursor in(body);
  if (body[0] == kOk && session_.preparing && body.size() == kPreparedBytes) {
    in.u8();
    const std::uint32_t statement = in.u32_le();
    const unsigned columns = in.u16_le();
    const unsigned parameters = in.u16_le();
    session_.prepared.put(statement, {session_.asked, parameters});
    columns_left_ = columns + parameters;
    if (columns_left_ > 0) state_ = State::columns;
    return framing(body.size());
  }
  if (body[0] == kOk || body[0] == kError || body[0] == kEnd) return text(body);
  if (body[0] == kFile) {
    session_.file_name = std::string(as_text(body.subspan(1)).substr(0, 255));
    return text(body.subspan(1)), framing(1);
  }
  const auto columns = take_integer(in);
  // One more byte says whether descriptions follow (MariaDB).
  const bool described = in.left() == 0 || in.rest()[0] != 0;
  if (!columns || !in.ok() || in.left() > 1) {
    if (!is_text_row(body, 0)) return other(body);
    state_ = State::rows;  // the beginning of the answer was not seen
    return row(body);
  }
  framing(body.size());
  state_ = described ? State::columns : State::rows;
  columns_left_ = *columns;
}

/// ColumnDefinition41: catalogue, schema, table, its real name, name, its real name, and fixed
/// fields.
void Server::column(Bytes body) noexcept {
  constexpr std::size_t kCatalogueBytes = 4, kTypeAt = 7;
  ByteCursor in(body);
  in.skip(kCatalogueBytes);
  const Bytes after_catalogue = in.rest();
  const std::string_view schema = as_text(take_counted(in));
  const std::string_view alias = as_text(take_counted(in));
  const std::string_view table = as_text(take_counted(in));
  const Bytes whose = after_catalogue.first(in.ok() ? after_catalogue.size() - in.left() : 0);
  const Bytes before_name = in.rest();
  const Bytes name = take_counted(in);
  const std::size_t name_size = before_name.size() - in.left();
  const Bytes before_real_name = in.rest();
  const Bytes real_name = take_counted(in);
  if (!in.ok() || in.left() < kColumnFixedBytes) return other(body);
  const bool last = columns_left_ == 1;
  if (columns_left_ > 0) --columns_left_;
  if (types_.size() < kColumnsMax)
    types_.push_back(in.rest()[in.left() - kColumnFixedBytes + kTypeAt]);

  begin_rows(schema, table.empty() ? alias : table);
  framing(kCatalogueBytes);
  // What was said before is not searched again.
  if (as_text(whose) == table_)
    framing(whose.size());
  else
    channel_.line(side_, readable(whose), wire(whose.size()), session_.info({}));
  table_ = std::string(as_text(whose));
  rows_.cell_from(name, name.size());
  rows_.framing(name_size - name.size());
  const std::size_t real_size = before_real_name.size() - in.left();
  if (as_text(real_name) == as_text(name))
    framing(real_size);
  else
    channel_.line(side_, as_text(real_name), wire(real_size), session_.info({}));
  // MariaDB has a text more, which may be empty.
  const bool plain =
      in.left() == kColumnFixedBytes || (in.left() == kColumnFixedBytes + 1 && in.rest()[0] == 0);
  if (plain)
    framing(in.left());
  else
    other(in.rest());
  names_open_ = true;
  if (last) end_names();
}

void Server::end_names() noexcept {
  if (!std::exchange(names_open_, false)) return;
  rows_.end_row();
  state_ = State::rows;
}

void Server::begin_rows(std::string_view schema, std::string_view table) noexcept {
  if (!types_.empty() && types_.size() > 1 && rows_.active()) return;
  std::string name = session_.asked.empty() ? "rows" : session_.asked;
  if (!table.empty()) {
    name.resize(std::min(name.find(' '), name.size()));
    name += ' ';
    if (!schema.empty()) (name += schema.substr(0, 64)) += '.';
    name += table.substr(0, 64);
  }
  rows_.begin(session_.info(std::move(name)));
}

/// EOF, OK, or an error; EOF also stands between columns and rows.
void Server::end_of_rows(Bytes body) noexcept {
  const bool between = body[0] == kEnd && body.size() == kEndBytes && !rows_begun_ &&
                       (!types_.empty() || columns_left_ > 0);
  if (between && !std::exchange(rows_begun_, state_ == State::rows)) {
    end_names();
    return framing(body.size());
  }
  ByteCursor in(body);
  in.u8();
  std::uint16_t status = 0;
  if (body.size() == kEndBytes) {
    in.u16_le();
    status = in.u16_le();
  } else {
    take_integer(in);
    take_integer(in);
    status = in.u16_le();
  }
  if (body[0] == kEnd && in.ok() && body.size() <= 7)
    framing(body.size());
  else
    text(body);
  const bool more = body[0] == kEnd && in.ok() && (status & kMoreResults) != 0;
  state_ = State::head;
  if (!more) session_.executing = false;
  types_.clear();
}

void Server::row(Bytes body) noexcept {
  end_names();
  rows_begun_ = true;
  if (!rows_.active() || types_.empty()) begin_rows({}, {});
  const bool binary_first = session_.executing && body[0] == kOk;
  for (const bool binary : {binary_first, !binary_first}) {
    if (binary && body[0] == kOk && !types_.empty()) {
      const std::vector<Value> values = read_binary_row(body.subspan(1), types_);
      if (!values.empty()) return binary_row(body, values);
    } else if (!binary && is_text_row(body, types_.size())) {
      return text_row(body);
    }
  }
  other(body);
  other_.boundary();
}

void Server::begin_long(Bytes beginning) noexcept {
  framing(kHeaderBytes);
  if (number_of(beginning) != static_cast<std::uint8_t>(number_ + 1)) state_ = State::head;
  number_ = number_of(beginning);
  const Bytes body = beginning.subspan(kHeaderBytes);
  const bool goes_on = std::exchange(
      continues_, read_header(beginning).message_bytes == kBodyBytesMax + kHeaderBytes);
  if (!goes_on) {
    const bool text = state_ == State::rows && !(session_.executing && body[0] == kOk);
    long_ = text ? Long::row : Long::other;
    size_bytes_.clear();
    cell_left_ = 0;
    rows_begun_ = true;
    if (text && (!rows_.active() || types_.empty())) begin_rows({}, {});
  }
  go_on(body, 1);
}

void Server::go_on(Bytes bytes, std::uint64_t left) noexcept {
  const bool last = left == 0 && !continues_;
  if (long_ == Long::row) {
    long_row(bytes);
    if (!last) return;
    if (cell_left_ > 0) rows_.end_long_cell();
    return rows_.end_row();
  }
  other(bytes);
  if (last) other_.boundary();
}

void Server::text(Bytes body) noexcept {
  if (!body.empty()) channel_.line(side_, readable(body), wire(body.size()), session_.info({}));
}

void Server::gap(std::uint64_t missing_bytes) noexcept {
  if (blocks_) return blocks_->gap(missing_bytes);
  other(as_bytes(std::exchange(peeked_, {})));
  lose(missing_bytes);
}

void Server::lose(std::uint64_t missing_bytes) noexcept {
  using Gap = MessageReader::Gap;
  const bool was_in_step = in_step_;
  const Gap kind = reader_.gap(missing_bytes);
  rows_.gap(missing_bytes);
  channel_.gap(missing_bytes);
  if (kind == Gap::inside && long_ == Long::row) {
    const bool in_cell = missing_bytes < cell_left_;
    // Which cell the rest belongs to is not known otherwise: it is one.
    cell_left_ = in_cell ? cell_left_ - missing_bytes : UINT64_MAX;
    size_bytes_.clear();
  }
  const std::string unfinished = reader_.take_unfinished();
  other(as_bytes(unfinished));
  other_.gap(missing_bytes);
  if (kind == Gap::inside) return;
  continues_ = false;
  logged_in_ = true;
  in_step_ = was_in_step && kind == Gap::damages;
  if (in_step_) ++number_;
}

void Server::pause() noexcept {
  channel_.pause();
  rows_.pause();
  other_.pause();
}

void Server::close() noexcept {
  other(as_bytes(std::exchange(peeked_, {})));
  if (blocks_) blocks_->close();
  const std::string unfinished = reader_.take_unfinished();
  other(as_bytes(unfinished));
  channel_.end(ObjectEnd::complete);
  rows_.end(ObjectEnd::complete);
  other_.end(ObjectEnd::complete);
}

std::uint64_t Server::held_bytes() const noexcept {
  return sizeof *this + reader_.held_bytes() + channel_.held_bytes() + rows_.held_bytes() +
         other_.held_bytes() + types_.capacity() + heap_bytes(joined_) + heap_bytes(table_) +
         (blocks_ ? blocks_->held_bytes() : 0);
}

}  // namespace outspan::protocol::mysql
