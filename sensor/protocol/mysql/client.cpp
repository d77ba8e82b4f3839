#include "protocol/mysql/client.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "protocol/sql/statement.h"

namespace outspan::protocol::mysql {
namespace {

constexpr std::size_t kNameBytesMax = 255;
constexpr std::size_t kFixedHelloBytes = 32;

/// A password in clear, a digest of it, or what RSA made of it; tickets of Kerberos and NTLM.
bool is_credential(Bytes body) noexcept {
  constexpr std::size_t kTicketBytesMax = 12288;
  if (body.size() <= CredentialAllowance::kPasswordBytesMax) return true;
  if (body.size() == 256 || body.size() == 512) return true;
  return body.size() <= kTicketBytesMax &&
         (body[0] == 0x60 || body[0] == 0xa1 || as_text(body).starts_with("NTLMSSP"));
}

/// Without what may stand before the text of a query that has attributes.
Bytes statement_in(Bytes body, std::uint32_t capabilities) noexcept {
  const bool attributes = (capabilities & capability::kQueryAttributes) != 0;
  return attributes && body.size() > 2 && body[0] == 0 && body[1] == 1 ? body.subspan(2) : body;
}

}  // namespace

Client::Client(StreamHost& host, Session& session, Side side, bool in_step) noexcept
    : host_(host),
      session_(session),
      side_(side),
      reader_(read_header, kBeginBytes, host.flow().inspected(side) ? kWholeBytesMax : kBeginBytes),
      in_step_(in_step),
      channel_(host, "mysql session"),
      values_(host, side),
      other_(host, side, "mysql packets") {}

bool Client::data(Bytes bytes, Bytes& rest) noexcept {
  if (!begun_ && !in_step_ && CompressedBlocks::begins(bytes)) take_compression_off();
  begun_ = true;
  if (blocks_)
    blocks_->data(bytes);
  else
    rest = plain(bytes);
  values_.flush();
  return !tls_;
}

/// Returns what was not read.
Bytes Client::plain(Bytes bytes) noexcept {
  if (!peeked_.empty()) {
    joined_ = std::exchange(peeked_, {});
    joined_ += as_text(bytes);
    bytes = as_bytes(joined_);
  }
  // The first command begins the compressed part, and has the number 0.
  while (!bytes.empty() && !tls_) {
    if (hello_seen_ && session_.compressed() && reader_.idle()) {
      if (bytes.size() < kHeaderBytes) {
        peeked_ = as_text(bytes);
        return {};
      }
      if (number_of(bytes) == 0) {
        take_compression_off();
        blocks_->data(bytes);
        return {};
      }
    }
    one_packet(bytes);
  }
  return bytes;
}

void Client::take_compression_off() noexcept {
  in_step_ = true;
  commanding_ = true;  // it has logged in before
  blocks_.emplace(
      host_, side_,
      [this](Bytes bytes) {
        while (!bytes.empty()) one_packet(bytes);
      },
      [this](std::uint64_t missing_bytes) { lose(missing_bytes); });
  values_.decoded_from_elsewhere(true);
}

void Client::one_packet(Bytes& bytes) noexcept {
  using Kind = MessageReader::Piece::Kind;
  if (!in_step_) {
    const std::size_t begin = find_statement(bytes);
    other(bytes.first(begin));
    bytes = bytes.subspan(begin);
    in_step_ = !bytes.empty();
    if (!in_step_) return;
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

void Client::packet(Bytes all) noexcept {
  const Bytes body = all.subspan(kHeaderBytes);
  if (std::exchange(continues_, false)) {
    framing(kHeaderBytes);
    return go_on(body, 0);
  }
  framing(kHeaderBytes);
  if (number_of(all) == 0) {
    commanding_ = true;
    end_file();
    return body.empty() ? void() : command(body);
  }
  if (number_of(all) == 1 && !commanding_ && !hello_seen_) return hello(body);
  if (!commanding_) return credentials(body);
  if (body.empty()) return end_file();
  file(body);
}

void Client::begin_long(Bytes beginning) noexcept {
  framing(kHeaderBytes);
  const Bytes body = beginning.subspan(kHeaderBytes);
  const bool whole_packet = read_header(beginning).message_bytes < kBodyBytesMax + kHeaderBytes;
  const bool goes_on = std::exchange(continues_, !whole_packet);
  if (goes_on) return go_on(body, 1);
  long_ = Long::other;
  if (number_of(beginning) != 0) {
    if (commanding_) long_ = Long::file;
    return go_on(body, 1);
  }
  commanding_ = true;
  end_file();
  const auto command = static_cast<Command>(body[0]);
  if (command != Command::query && command != Command::prepare) return go_on(body, 1);
  long_ = Long::statement;
  framing(1);
  ask(command, body.subspan(1));
  go_on(body.subspan(1), 1);
}

void Client::go_on(Bytes bytes, std::uint64_t left) noexcept {
  const bool last = left == 0 && !continues_;
  switch (long_) {
    case Long::file: return file(bytes);
    case Long::statement:
      channel_.decoded(side_, bytes, wire(bytes.size()), session_.info({}));
      if (last) channel_.line(side_, {}, 0, session_.info({}));
      return;
    case Long::none:
    case Long::other:
      other(bytes);
      if (last) other_.boundary();
      return;
  }
}

/// HandshakeResponse41; with nothing after its fixed part it asks for TLS.
void Client::hello(Bytes body) noexcept {
  hello_seen_ = true;
  ByteCursor in(body);
  const std::uint32_t capabilities = in.u32_le();
  in.skip(kFixedHelloBytes - 4);
  if (!in.ok()) return other(body);
  if (in.left() == 0 && (capabilities & capability::kTls) != 0) {
    framing(body.size());
    tls_ = true;
    return;
  }
  session_.capabilities = capabilities;
  // Capabilities, the longest packet, a character set; zeros; more capabilities.
  const Bytes zeros = body.subspan(9, 19);
  const bool empty = std::all_of(zeros.begin(), zeros.end(), [](auto byte) { return byte == 0; });
  if (!empty) other(zeros);
  framing(kFixedHelloBytes - (empty ? 0 : zeros.size()));
  const std::string_view user = in.c_string();
  if (!in.ok()) return other(body.subspan(kFixedHelloBytes));
  session_.user = std::string(user.substr(0, kNameBytesMax));
  text(as_bytes(user));
  framing(1);

  const Bytes before = in.rest();
  const bool counted =
      (capabilities & (capability::kLongAuth | capability::kSecureConnection)) != 0;
  const Bytes secret = counted ? take_counted(in) : as_bytes(in.c_string());
  if (!in.ok()) return other(before);
  const std::size_t around = before.size() - in.left() - secret.size();
  framing(around);
  credentials(secret);
  names(in.rest());
}

/// Database, plugin and attributes, as far as the capabilities announce them.
void Client::names(Bytes rest) noexcept {
  const auto has = [this](std::uint32_t one) { return (session_.capabilities & one) != 0; };
  ByteCursor in(rest);
  if (has(capability::kWithDatabase))
    session_.schema = std::string(in.c_string().substr(0, kNameBytesMax));
  if (has(capability::kPluginAuth)) in.c_string();
  std::string said(as_text(rest.first(rest.size() - in.left())));
  std::replace(said.begin(), said.end(), '\0', '\n');
  if (has(capability::kAttributes) && in.ok()) {
    ByteCursor pairs(take_counted(in));
    while (pairs.ok() && pairs.left() > 0) {
      const std::string_view key = as_text(take_counted(pairs));
      const std::string_view value = as_text(take_counted(pairs));
      if (key == "program_name" || (key == "_client_name" && session_.program.empty()))
        session_.program = std::string(value.substr(0, kNameBytesMax));
      ((((said += key) += '\t') += value) += '\n');
    }
    // What is no pair is searched as it is.
    if (!pairs.ok()) said += as_text(rest.first(rest.size() - in.left()));
  }
  if (!in.ok()) said = std::string(as_text(rest));
  channel_.line(side_, said, wire(rest.size() - in.left()), session_.info({}));
  other(in.rest());
  channel_.learn(session_.info({}));
}

void Client::credentials(Bytes body) noexcept {
  if (body.empty()) return;
  if (!is_credential(body) || !allowance_.take(body.size())) return other(body);
  host_.flow().account.claim(side_, Column::skipped, "credentials", wire(body.size()));
}

void Client::command(Bytes body) noexcept {
  framing(1);
  const Bytes rest = body.subspan(1);
  const auto command = static_cast<Command>(body[0]);
  ask(command, rest);
  switch (command) {
    case Command::execute: return execute(rest);
    case Command::change_user: return change_user(rest);
    case Command::init_db:
      session_.schema = std::string(as_text(rest).substr(0, kNameBytesMax));
      return text(rest);
    case Command::send_long_data: other(rest); return other_.boundary();
    default: return text(rest);
  }
}

void Client::ask(Command command, Bytes statement) noexcept {
  session_.preparing = command == Command::prepare;
  session_.executing = command == Command::execute;
  session_.asked.clear();
  if (command == Command::query || command == Command::prepare)
    session_.asked = sql::statement_name(as_text(statement_in(statement, session_.capabilities)));
  // Without the answer its number is what servers count.
  if (command == Command::prepare && !host_.flow().inspected(opposite(side_))) {
    const std::string_view text = as_text(statement);
    const auto parameters = static_cast<unsigned>(std::count(text.begin(), text.end(), '?'));
    session_.prepared.put(++prepared_, {session_.asked, parameters});
  }
  if (command != Command::execute) return;
  if (const auto* known = session_.prepared.find(ByteCursor(statement).u32_le()))
    session_.asked = known->name;
}

/// User, a password, and the rest of what hello() has.
void Client::change_user(Bytes body) noexcept {
  ByteCursor in(body);
  const std::string_view user = in.c_string();
  const std::size_t size = in.u8();
  const Bytes secret = in.take(size);
  if (!in.ok()) return other(body);
  commanding_ = false;
  session_.user = std::string(user.substr(0, kNameBytesMax));
  text(as_bytes(user));
  framing(2);
  credentials(secret);
  text(in.rest());
}

/// COM_STMT_EXECUTE: a statement's number, flags, a count; then values as many as it has.
void Client::execute(Bytes body) noexcept {
  constexpr std::size_t kFixedBytes = 9;
  if (body.size() < kFixedBytes || !host_.flow().inspected(side_)) return other(body);
  const auto* const known = session_.prepared.find(ByteCursor(body).u32_le());
  const Bytes rest = body.subspan(kFixedBytes);
  framing(kFixedBytes);
  if (rest.empty()) return;
  const bool named = (session_.capabilities & capability::kQueryAttributes) != 0;
  const auto values = read_parameters(rest, known != nullptr ? known->parameters : 0, named);
  if (values.empty()) {
    other(rest);
    return other_.boundary();
  }
  values_.begin(session_.info(session_.asked.empty() ? "statement" : session_.asked));
  std::size_t bytes = 0;
  for (const Value& value : values) {
    bytes += value.bytes.size();
    values_.cell_from(value.number.empty() ? value.bytes : as_bytes(value.number),
                      value.bytes.size());
  }
  values_.framing(rest.size() - bytes);
  values_.end_row();
}

void Client::file(Bytes bytes) noexcept {
  if (!host_.flow().inspected(side_)) return;
  if (!file_) {
    file_ = host_.objects().begin(host_.flow(), side_,
                                  session_.info(session_.asked.empty() ? "LOAD" : session_.asked));
    PartInfo part;
    part.kind = PartKind::body;
    part.file_name = session_.file_name;
    file_->begin_part(std::move(part));
  }
  file_->decoded(bytes, wire(bytes.size()));
}

void Client::end_file() noexcept {
  if (!file_) return;
  file_->end_part();
  file_->end(ObjectEnd::complete);
  file_.reset();
}

void Client::text(Bytes body) noexcept {
  if (body.empty() || !host_.flow().inspected(side_)) return;
  std::string said(as_text(body));
  std::replace(said.begin(), said.end(), '\0', '\n');
  channel_.line(side_, said, wire(body.size()), session_.info({}));
}

void Client::gap(std::uint64_t missing_bytes) noexcept {
  if (blocks_) return blocks_->gap(missing_bytes);
  other(as_bytes(std::exchange(peeked_, {})));
  lose(missing_bytes);
}

void Client::lose(std::uint64_t missing_bytes) noexcept {
  using Gap = MessageReader::Gap;
  const bool was_in_step = in_step_;
  const Gap kind = reader_.gap(missing_bytes);
  channel_.gap(missing_bytes);
  if (file_) file_->gap(missing_bytes);
  const std::string unfinished = reader_.take_unfinished();
  other(as_bytes(unfinished));
  other_.gap(missing_bytes);
  if (kind == Gap::inside) return;
  session_.asked.clear();
  continues_ = false;
  in_step_ = was_in_step && kind == Gap::damages;
}

void Client::pause() noexcept {
  channel_.pause();
  values_.pause();
  other_.pause();
  if (file_) file_->pause();
}

void Client::close() noexcept {
  other(as_bytes(std::exchange(peeked_, {})));
  if (blocks_) blocks_->close();
  const std::string unfinished = reader_.take_unfinished();
  other(as_bytes(unfinished));
  end_file();
  channel_.end(ObjectEnd::complete);
  values_.end(ObjectEnd::complete);
  other_.end(ObjectEnd::complete);
}

std::uint64_t Client::held_bytes() const noexcept {
  return sizeof *this + reader_.held_bytes() + channel_.held_bytes() + values_.held_bytes() +
         other_.held_bytes() + held_by(file_) + (blocks_ ? blocks_->held_bytes() : 0) +
         heap_bytes(joined_);
}

}  // namespace outspan::protocol::mysql
