#include "protocol/sql/peer.h"

#include <algorithm>
#include <utility>

namespace outspan::protocol::sql {

Peer::Peer(StreamHost& host, const Login& login, const Messages& messages, Side side,
           bool in_step) noexcept
    : host_(host),
      login_(login),
      messages_(messages),
      side_(side),
      reader_(messages.read_header, messages.begin_bytes,
              host.flow().inspected(side) ? messages.whole_bytes_max : messages.begin_bytes),
      in_step_(in_step),
      channel_(host, messages.session),
      rows_(host, side),
      other_(host, side, messages.loose) {}

bool Peer::find(Bytes& bytes) noexcept {
  if (!in_step_)
    in_step_ = find_step(bytes, messages_.find, [this](Bytes before) { other(before); });
  return in_step_;
}

void Peer::read(Bytes& bytes) noexcept {
  using Kind = MessageReader::Piece::Kind;
  if (!find(bytes)) return;
  const MessageReader::Piece piece = reader_.next(bytes);
  switch (piece.kind) {
    case Kind::none: return;
    case Kind::whole: return message(piece.bytes);
    case Kind::begin: return begin_long(piece.bytes);
    case Kind::more: return go_on(piece.bytes, piece.left);
    case Kind::invalid: in_step_ = false; return other(piece.bytes);
    case Kind::damaged: return other(piece.bytes);
  }
}

bool Peer::lose(std::uint64_t missing_bytes) noexcept {
  using Gap = MessageReader::Gap;
  const Gap kind = reader_.gap(missing_bytes);
  rows_.gap(missing_bytes);
  channel_.gap(missing_bytes);
  if (file_) file_->gap(missing_bytes);
  const std::string unfinished = reader_.take_unfinished();
  other(as_bytes(unfinished));
  other_.gap(missing_bytes);
  if (kind == Gap::inside) return false;
  in_step_ = in_step_ && kind == Gap::damages;
  return true;
}

void Peer::decoded_from_elsewhere() noexcept {
  decoded_ = true;
  rows_.decoded_from_elsewhere(true);
}

/// They are neither kept nor searched.
void Peer::credentials(std::uint64_t bytes) noexcept {
  host_.flow().account.claim(side_, Column::skipped, "credentials", wire(bytes));
}

std::string Peer::lines_of(Bytes body) {
  std::string text(as_text(body));
  std::replace(text.begin(), text.end(), '\0', '\n');
  return text;
}

void Peer::text(Bytes body) noexcept {
  if (body.empty() || !inspected()) return;
  channel_.line(side_, lines_of(body), wire(body.size()), login_.info({}));
}

void Peer::file(Bytes bytes, const std::string& name, const std::string& file_name) noexcept {
  if (!inspected()) return;
  if (!file_) {
    file_ = host_.objects().begin(host_.flow(), side_, login_.info(name));
    PartInfo part;
    part.kind = PartKind::body;
    part.file_name = file_name;
    file_->begin_part(std::move(part));
  }
  file_->decoded(bytes, wire(bytes.size()));
}

void Peer::end_file() noexcept {
  if (!file_) return;
  file_->end_part();
  file_->end(ObjectEnd::complete);
  file_.reset();
}

void Peer::pause() noexcept {
  channel_.pause();
  rows_.pause();
  other_.pause();
  if (file_) file_->pause();
}

void Peer::close() noexcept {
  const std::string unfinished = reader_.take_unfinished();
  other(as_bytes(unfinished));
  end_file();
  channel_.end(ObjectEnd::complete);
  rows_.end(ObjectEnd::complete);
  other_.end(ObjectEnd::complete);
}

std::uint64_t Peer::held_bytes() const noexcept {
  return reader_.held_bytes() + channel_.held_bytes() + rows_.held_bytes() + other_.held_bytes() +
         held_by(file_);
}

}  // namespace outspan::protocol::sql
