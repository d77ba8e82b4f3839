#include "protocol/smb/half.h"

#include <algorithm>
#include <string>
#include <utility>

#include "text/utf8.h"

namespace outspan::protocol::smb {
namespace {

constexpr const char* kEncrypted = "smb3";
constexpr const char* kCompressed = "smb-compression";

bool is_zero(Bytes bytes) noexcept {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

Half::Half(StreamHost& host, Connection& connection, Side side) noexcept
    : host_(host),
      connection_(connection),
      side_(side),
      reader_(
          [this](Bytes beginning) noexcept {
            return message_left_ == 0 ? read_transport(beginning)
                                      : read_chained(beginning, message_left_);
          },
          kBeginBytes, kWholeBytesMax),
      channel_(host, "smb session"),
      other_(host, side, "smb messages"),
      sealed_(host, side, kEncrypted, other_) {}

void Half::data(Bytes bytes) noexcept {
  if (!std::exchange(begun_, true))
    in_step_ = read_transport(bytes).kind != MessageReader::Header::Kind::invalid;
  while (!bytes.empty()) {
    if (!in_step_) {
      in_step_ = find_step(bytes, find_message, [this](Bytes other) { other_.data(other); });
      continue;
    }
    piece(reader_.next(bytes));
  }
}

void Half::piece(const MessageReader::Piece& piece) noexcept {
  using Piece = MessageReader::Piece;
  switch (piece.kind) {
    case Piece::Kind::none: return;
    case Piece::Kind::whole:
    case Piece::Kind::begin: return begin(piece.bytes, piece.left);
    case Piece::Kind::more:
      go_on(piece.bytes);
      if (piece.left == 0) end_unit();
      return;
    case Piece::Kind::damaged: return other_.data(piece.bytes);
    case Piece::Kind::invalid: in_step_ = false; return other_.data(piece.bytes);
  }
}

/// A transport header, a packet of NetBIOS, or a unit of a message.
void Half::begin(Bytes beginning, std::uint64_t left) noexcept {
  if (message_left_ == 0) {
    const bool names = beginning.size() + left > kTransportBytes;
    framing(kTransportBytes);
    if (names) return field(beginning.subspan(kTransportBytes));
    ByteCursor in(beginning.subspan(1));
    message_left_ = in.u24();
    return connection_.begin_chain(side_);
  }
  message_left_ -= beginning.size() + left;
  at_ = 0;
  kind_ = Kind::text;
  const std::optional<Head> head = read_head(beginning);
  if (head) {
    command(*head, beginning, left);
  } else {
    const Form form = form_of(beginning);
    if (form == Form::compressed) kind_ = Kind::compressed;
    if (form == Form::encrypted && beginning.size() > kTransformBytes) {
      kind_ = Kind::encrypted;
      sealed_.begin(beginning.size() + left);
    }
    go_on(beginning);
  }
  if (left == 0) end_unit();
}

void Half::command(const Head& head, Bytes message, std::uint64_t left) noexcept {
  Block block;
  open_ = head.response ? connection_.response(side_, head, message, block)
                        : connection_.request(side_, head, message, block);
  if (!inspected()) return;
  framing(head.bytes - head.signature.bytes);
  field(message.subspan(head.signature.at, head.signature.bytes));
  at_ = head.bytes;
  if (!open_) return text(head, message);
  framing(block.fixed_bytes - head.bytes);
  at_ = block.fixed_bytes;
  kind_ = Kind::block;
  const std::uint64_t unit_bytes = message.size() + left;
  data_ = block.data;
  data_.at = std::min(data_.at, unit_bytes);
  data_.bytes = std::min(data_.bytes, unit_bytes - data_.at);
  const Side server = head.response ? side_ : opposite(side_);
  open_->begin_block(host_, side_, !head.response, block.offset, connection_.who(server, head));
  go_on(message.subspan(at_));
}

/// A command that carries no file: names are lines of text, and what proves a user is left out.
void Half::text(const Head& head, Bytes message) noexcept {
  std::optional<Place> name;
  std::optional<Place> token;
  if (!head.response) name = find_name(head.command, message);
  if (!head.response && head.command == Command::session_setup) token = find_token(message);
  const std::optional<Place> place = name ? name : token;
  if (!place) return go_on(message.subspan(at_));
  const Bytes bytes = message.subspan(place->at, place->bytes);
  if (token && !connection_.hides(bytes)) return go_on(message.subspan(at_));
  field(message.subspan(at_, place->at - at_));
  if (token) {
    host_.flow().account.claim(side_, Column::skipped, "credentials", bytes.size());
  } else {
    ObjectInfo info;
    const Who* const who = connection_.who(opposite(side_), head);
    if (who != nullptr) info.actor = {who->user, {}, who->workstation};
    channel_.line(side_, text::utf8_of_utf16(as_text(bytes)), bytes.size(), info);
  }
  at_ = place->at + place->bytes;
  go_on(message.subspan(at_));
}

void Half::go_on(Bytes bytes) noexcept {
  if (!inspected()) return;
  switch (kind_) {
    case Kind::text: return other_.data(bytes);
    case Kind::block: return block(bytes);
    case Kind::encrypted: return sealed_.data(bytes);
    case Kind::compressed:
      other_.data(bytes);
      compressed_bytes_ +=
          host_.flow().account.move(side_, Column::opaque, kCompressed, bytes.size());
      return;
  }
}

void Half::block(Bytes bytes) noexcept {
  const std::uint64_t data_end = data_.at + data_.bytes;
  while (!bytes.empty()) {
    const bool inside = at_ >= data_.at && at_ < data_end;
    const std::uint64_t until = at_ < data_.at ? data_.at : inside ? data_end : ~0ULL;
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), until - at_));
    if (at_ == data_.at || at_ == data_end) end_field();
    if (!inside || !open_->data(side_, bytes.first(size))) field_part(bytes.first(size));
    at_ += size;
    bytes = bytes.subspan(size);
  }
}

void Half::field(Bytes bytes) noexcept {
  field_part(bytes);
  end_field();
}

void Half::field_part(Bytes bytes) noexcept {
  if (bytes.empty() || !inspected()) return;
  if (!in_field_ && is_zero(bytes)) return framing(bytes.size());
  other_.data(bytes);
  in_field_ = true;
}

void Half::end_field() noexcept {
  if (std::exchange(in_field_, false)) other_.boundary();
}

void Half::end_unit() noexcept {
  open_.reset();
  in_field_ = false;
  other_.boundary();
}

void Half::gap(std::uint64_t missing_bytes) noexcept {
  using Gap = MessageReader::Gap;
  const Gap kind = reader_.gap(missing_bytes);
  if (kind == Gap::inside) {
    if (kind_ == Kind::encrypted)
      sealed_.gap(missing_bytes);
    else if (kind_ != Kind::block || in_field_)
      other_.gap(missing_bytes);
    if (kind_ == Kind::block && open_) {
      const std::uint64_t from = std::max(at_, data_.at);
      const std::uint64_t to = std::min(at_ + missing_bytes, data_.at + data_.bytes);
      if (to > from) open_->gap(side_, to - from);
    }
    at_ += missing_bytes;
    if (reader_.idle()) end_unit();
    return;
  }
  const std::string unfinished = reader_.take_unfinished();
  other_.data(as_bytes(unfinished));
  other_.gap(missing_bytes);
  end_unit();
  // What remains of a damaged unit comes as such; after it the chain is not known.
  message_left_ = 0;
  in_step_ = in_step_ && kind == Gap::damages;
}

void Half::pause() noexcept {
  channel_.pause();
  other_.pause();
}

void Half::close() noexcept {
  const std::string unfinished = reader_.take_unfinished();
  other_.data(as_bytes(unfinished));
  open_.reset();
  channel_.end(ObjectEnd::complete);
  other_.end(ObjectEnd::complete);
  if (compressed_bytes_ != 0 && !host_.flow().branch)
    host_.flow().observer.on_blind_spot(host_.flow(),
                                        {kCompressed, side_, compressed_bytes_, {"smb messages"}});
}

}  // namespace outspan::protocol::smb
