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

std::optional<std::uint64_t> read_cell_size(Bytes bytes) noexcept {
  constexpr std::size_t kLongestBytes = 9;
  ByteCursor in(bytes);
  const auto size = take_integer(in);
  if (!in.ok() && bytes.size() < kLongestBytes) return std::nullopt;
  return size.value_or(0);
}

constexpr sql::Messages kMessages{"mysql session", "mysql packets", read_header,
                                  find_rows,       kBeginBytes,     kWholeBytesMax};

}  // namespace

Server::Server(StreamHost& host, Session& session, Side side, bool in_step) noexcept
    : Peer(host, session, kMessages, side, in_step),
      logged_in_(!in_step),
      state_(in_step ? State::head : State::rows),
      long_row_(rows(), read_cell_size) {}

bool Server::data(Bytes bytes, Bytes& rest) noexcept {
  // No packet of a login is so long as what a record of TLS would be: the client asked for it.
  if (!logged_in_ && begun_ && reader().idle() && begins_tls(bytes)) {
    rest = bytes;
    return false;
  }
  if (!begun_ && !in_step() && CompressedBlocks::begins(bytes)) begin_blocks();
  begun_ = true;
  if (compressed())
    blocks(bytes);
  else
    plain(bytes);
  rows().flush();
  return true;
}

void Server::plain(Bytes bytes) noexcept {
  bytes = with_peeked(bytes);
  while (!bytes.empty()) {
    if (may_compress_ && reader().idle()) {
      const bool unknown = session().capabilities == 0;
      if (unknown && bytes.size() < kPeekedBytes) return peek(bytes);
      may_compress_ = false;
      if (unknown ? CompressedBlocks::begins(bytes) : session().compressed()) {
        begin_blocks();
        return blocks(bytes);
      }
    }
    one_packet(bytes);
  }
}

void Server::begin_blocks() noexcept {
  if (!in_step()) state_ = State::head;
  take_compression_off();
}

void Server::one_packet(Bytes& bytes) noexcept {
  if (!in_step()) {
    if (!find(bytes)) return;
    state_ = State::rows;
    rows_begun_ = false;
    types_.clear();
    number_ = static_cast<std::uint8_t>(number_of(bytes) - 1);
  }
  read(bytes);
}

void Server::message(Bytes all) noexcept {
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
  channel().learn(session().info({}));
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
  if (body[0] == kOk && session().preparing && body.size() == kPreparedBytes) {
    in.u8();
    const std::uint32_t statement = in.u32_le();
    const unsigned columns = in.u16_le();
    const unsigned parameters = in.u16_le();
    session().prepared.put(statement, {session().asked, parameters});
    columns_left_ = columns + parameters;
    if (columns_left_ > 0) state_ = State::columns;
    return framing(body.size());
  }
  if (body[0] == kOk || body[0] == kError || body[0] == kEnd) return text(body);
  if (body[0] == kFile) {
    session().file_name = std::string(as_text(body.subspan(1)).substr(0, 255));
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
    channel().line(side(), lines_of(whose), wire(whose.size()), session().info({}));
  table_ = std::string(as_text(whose));
  rows().cell_from(name, name.size());
  rows().framing(name_size - name.size());
  const std::size_t real_size = before_real_name.size() - in.left();
  if (as_text(real_name) == as_text(name))
    framing(real_size);
  else
    channel().line(side(), as_text(real_name), wire(real_size), session().info({}));
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
  rows().end_row();
  state_ = State::rows;
}

void Server::begin_rows(std::string_view schema, std::string_view table) noexcept {
  if (!types_.empty() && types_.size() > 1 && rows().active()) return;
  std::string name = session().asked.empty() ? "rows" : session().asked;
  if (!table.empty()) {
    name.resize(std::min(name.find(' '), name.size()));
    name += ' ';
    if (!schema.empty()) (name += schema.substr(0, 64)) += '.';
    name += table.substr(0, 64);
  }
  rows().begin(session().info(std::move(name)));
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
  if (!more) session().executing = false;
  types_.clear();
}

void Server::row(Bytes body) noexcept {
  end_names();
  rows_begun_ = true;
  if (!rows().active() || types_.empty()) begin_rows({}, {});
  const bool binary_first = session().executing && body[0] == kOk;
  for (const bool binary : {binary_first, !binary_first}) {
    if (binary && body[0] == kOk && !types_.empty()) {
      const std::vector<Value> values = read_binary_row(body.subspan(1), types_);
      if (!values.empty()) return binary_row(body, values);
    } else if (!binary && is_text_row(body, types_.size())) {
      return text_row(body);
    }
  }
  other(body);
  end_other();
}

void Server::begin_long(Bytes beginning) noexcept {
  framing(kHeaderBytes);
  if (number_of(beginning) != static_cast<std::uint8_t>(number_ + 1)) state_ = State::head;
  number_ = number_of(beginning);
  const Bytes body = beginning.subspan(kHeaderBytes);
  const bool goes_on = std::exchange(
      continues_, read_header(beginning).message_bytes == kBodyBytesMax + kHeaderBytes);
  if (!goes_on) {
    const bool text = state_ == State::rows && !(session().executing && body[0] == kOk);
    long_ = text ? Long::row : Long::other;
    long_row_.begin();
    rows_begun_ = true;
    if (text && (!rows().active() || types_.empty())) begin_rows({}, {});
  }
  go_on(body, 1);
}

void Server::go_on(Bytes bytes, std::uint64_t left) noexcept {
  const bool last = left == 0 && !continues_;
  if (long_ == Long::row) {
    long_row_.data(bytes);
    return last ? long_row_.end() : void();
  }
  other(bytes);
  if (last) end_other();
}

void Server::hole(std::uint64_t missing_bytes) noexcept {
  if (!lose(missing_bytes)) {
    if (long_ == Long::row) long_row_.gap(missing_bytes);
    return;
  }
  continues_ = false;
  logged_in_ = true;
  if (in_step()) ++number_;
}

std::uint64_t Server::held_bytes() const noexcept {
  return Peer::held_bytes() + types_.capacity() + heap_bytes(table_);
}

}  // namespace outspan::protocol::mysql
