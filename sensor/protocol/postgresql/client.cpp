#include "protocol/postgresql/client.h"

#include <algorithm>
#include <utility>

#include "protocol/sql/statement.h"

namespace outspan::protocol::postgresql {
namespace {

constexpr std::size_t kNameBytesMax = 255;
constexpr std::uint8_t kTlsHandshake = 0x16;

/// For reading: the zero bytes between texts are no part of them.
std::string lines_of(Bytes body) {
  std::string text(as_text(body));
  std::replace(text.begin(), text.end(), '\0', '\n');
  return text;
}

/// A password, MD5 of it, or a step of SASL (55.3): a mechanism's name, a length, and the response;
/// then responses alone. GSSAPI and SSPI send tokens.
bool is_credential(Bytes body) noexcept {
  const std::string_view text = as_text(body);
  const bool ends = text.find('\0') == text.size() - 1;
  if (ends) return text.size() - 1 <= CredentialAllowance::kPasswordBytesMax;
  constexpr std::size_t kScramBytesMax = 1024, kTokenBytesMax = 12288;
  if (text.starts_with("SCRAM-SHA-256") || text.starts_with("c="))
    return text.size() <= kScramBytesMax && text.find("r=") != std::string_view::npos;
  return text.size() <= kTokenBytesMax &&
         (body[0] == 0x60 || body[0] == 0xa1 || text.starts_with("NTLMSSP"));
}

}  // namespace

Client::Client(StreamHost& host, Session& session, Side side, bool in_step) noexcept
    : host_(host),
      session_(session),
      side_(side),
      reader_(read_client_header, kBeginBytes,
              host.flow().inspected(side) ? kWholeBytesMax : kBeginBytes),
      in_step_(in_step),
      channel_(host, "postgresql session"),
      values_(host, side),
      other_(host, side, "postgresql messages") {}

bool Client::data(Bytes bytes, Bytes& rest) noexcept {
  using Kind = MessageReader::Piece::Kind;
  if (!in_step_) {
    const std::size_t begin = find_client_message(bytes);
    other_.data(bytes.first(begin));
    bytes = bytes.subspan(begin);
    in_step_ = !bytes.empty();
  }
  while (!bytes.empty()) {
    if (reader_.idle() && bytes[0] == kTlsHandshake && !logged_in_) {
      rest = bytes;
      return false;
    }
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
  values_.flush();
  return true;
}

void Client::message(Bytes all) noexcept {
  if (all[0] == 0) return startup(all);
  framing(kHeaderBytes);
  const Bytes body = all.subspan(kHeaderBytes);
  switch (static_cast<char>(all[0])) {
    case 'Q': return statement(body);
    case 'P': return parse(body);
    case 'B': return bind(body);
    case 'd': return copy(body);
    case 'p': return password(body);
    case 'E': {
      ByteCursor in(body);
      session_.execute(in.c_string());
      if (body.size() == 5 && body[0] == 0) return framing(body.size());
      break;
    }
    case 'C':
    case 'D':
      if (body.size() == 2 && body[1] == 0) return framing(body.size());
      break;
    case 'S': session_.sync(); break;
    case 'c':
    case 'f': end_copy(); break;
    default: break;
  }
  text(body);
}

void Client::startup(Bytes all) noexcept {
  framing(kStartupHeaderBytes);
  ByteCursor in(all.subspan(kStartupHeaderBytes));
  const Bytes body = in.rest();
  text(body);
  ByteCursor head(all);
  head.skip(4);
  if (!is_version3(head.u32())) return;
  while (in.left() > 1) {
    const std::string_view key = in.c_string();
    const std::string value(in.c_string().substr(0, kNameBytesMax));
    if (!in.ok()) break;
    if (key == "user") session_.user = value;
    if (key == "database") session_.database = value;
    if (key == "application_name") session_.program = value;
  }
  if (session_.database.empty()) session_.database = session_.user;
  channel_.learn(session_info());
}

void Client::statement(Bytes body) noexcept {
  logged_in_ = true;
  end_copy();
  session_.query(sql::statement_name(as_text(body)));
  text(body);
}

void Client::parse(Bytes body) noexcept {
  logged_in_ = true;
  ByteCursor in(body);
  const std::string_view name = in.c_string();
  const std::string_view statement = in.c_string();
  if (in.ok()) session_.parse(name, sql::statement_name(statement));
  text(body);
}

/// Portal, statement, formats, values with their lengths, formats of the results.
void Client::bind(Bytes body) noexcept {
  ByteCursor in(body);
  const std::string_view portal = in.c_string();
  const std::string_view statement = in.c_string();
  in.skip(std::size_t{in.u16()} * 2);
  const unsigned values = in.u16();
  if (!in.ok()) return text(body);
  session_.bind(portal, statement);
  if (!host_.flow().inspected(side_)) return;
  const std::size_t names = portal.size() + statement.size() + 2;
  if (names == 2)
    framing(names);
  else
    text(body.first(names));
  framing(body.size() - names - in.left());
  if (values > 0) {
    const std::string name = session_.name_of(statement);
    values_.begin(session_.info(name.empty() ? "statement" : name));
  }
  for (unsigned i = 0; i < values; ++i) {
    const std::optional<Cell> cell = take_cell(in);
    if (!cell) break;
    values_.framing(kCellHeaderBytes);
    if (!cell->null) values_.cell(cell->bytes);
  }
  if (values > 0) values_.end_row();
  values_.flush();
  ByteCursor formats(in.rest());
  const std::size_t results = formats.u16();
  if (formats.ok() && formats.left() == results * 2) return framing(in.left());
  other_.data(in.rest());
}

/// Before anything else is asked. Longer ones, and those that are not shaped so, are content.
void Client::password(Bytes body) noexcept {
  if (logged_in_ || body.empty() || !is_credential(body) || !allowance_.take(body.size()))
    return text(body);
  host_.flow().account.claim(side_, Column::skipped, "credentials", body.size());
}

void Client::copy(Bytes rows) noexcept {
  if (!host_.flow().inspected(side_)) return;
  if (!copy_) {
    const std::string& name = session_.latest();
    copy_ = host_.objects().begin(host_.flow(), side_, session_.info(name.empty() ? "COPY" : name));
    PartInfo part;
    part.kind = PartKind::body;
    copy_->begin_part(std::move(part));
  }
  copy_->data(rows);
}

void Client::end_copy() noexcept {
  if (!copy_) return;
  copy_->end_part();
  copy_->end(ObjectEnd::complete);
  copy_.reset();
}

void Client::text(Bytes body) noexcept {
  if (body.empty() || !host_.flow().inspected(side_)) return;
  channel_.line(side_, lines_of(body), body.size(), session_info());
}

void Client::begin_long(Bytes beginning) noexcept {
  framing(kHeaderBytes);
  const Bytes body = beginning.subspan(kHeaderBytes);
  long_letter_ = static_cast<char>(beginning[0]);
  if (long_letter_ == 'Q') {
    logged_in_ = true;
    end_copy();
    session_.query(sql::statement_name(as_text(body)));
  } else if (long_letter_ == 'P' || long_letter_ == 'B') {
    ByteCursor in(body);
    const std::string_view first = in.c_string();
    if (long_letter_ == 'P')
      session_.parse(first, sql::statement_name(as_text(in.rest())));
    else
      session_.bind(first, in.c_string());
  }
  go_on(body, 1);
}

/// The values of a long message of values may be files: each is looked at by content.
void Client::go_on(Bytes bytes, std::uint64_t left) noexcept {
  if (long_letter_ == 'd') return copy(bytes);
  if (long_letter_ == 'B') {
    other_.data(bytes);
    if (left == 0) other_.boundary();
    return;
  }
  channel_.data(side_, bytes, session_info());
  if (left == 0) channel_.line(side_, {}, 0, session_info());
}

void Client::gap(std::uint64_t missing_bytes) noexcept {
  using Gap = MessageReader::Gap;
  const bool was_in_step = in_step_;
  const Gap kind = reader_.gap(missing_bytes);
  if (kind == Gap::inside) {
    if (long_letter_ == 'd' && copy_) return copy_->gap(missing_bytes);
    channel_.gap(missing_bytes);
    other_.gap(missing_bytes);
    return;
  }
  channel_.gap(missing_bytes);
  const std::string unfinished = reader_.take_unfinished();
  other_.data(as_bytes(unfinished));
  other_.gap(missing_bytes);
  if (copy_) copy_->gap(missing_bytes);
  session_.lose();
  in_step_ = was_in_step && kind == Gap::damages;
}

void Client::pause() noexcept {
  channel_.pause();
  values_.pause();
  other_.pause();
  if (copy_) copy_->pause();
}

void Client::close() noexcept {
  const std::string unfinished = reader_.take_unfinished();
  other_.data(as_bytes(unfinished));
  end_copy();
  channel_.end(ObjectEnd::complete);
  values_.end(ObjectEnd::complete);
  other_.end(ObjectEnd::complete);
}

std::uint64_t Client::held_bytes() const noexcept {
  return sizeof *this + reader_.held_bytes() + channel_.held_bytes() + values_.held_bytes() +
         other_.held_bytes() + held_by(copy_);
}

}  // namespace outspan::protocol::postgresql
