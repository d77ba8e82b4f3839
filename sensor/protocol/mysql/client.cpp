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

constexpr sql::Messages kMessages{"mysql session", "mysql packets", read_header,
                                  find_statement,  kBeginBytes,     kWholeBytesMax};

}  // namespace

Client::Client(StreamHost& host, Session& session, Side side, bool in_step) noexcept
    : Peer(host, session, kMessages, side, in_step) {}

bool Client::data(Bytes bytes, Bytes& rest) noexcept {
  if (!begun_ && !in_step() && CompressedBlocks::begins(bytes)) begin_blocks();
  begun_ = true;
  if (compressed())
    blocks(bytes);
  else
    rest = plain(bytes);
  rows().flush();
  return !tls_;
}

/// Returns what was not read.
Bytes Client::plain(Bytes bytes) noexcept {
  bytes = with_peeked(bytes);
  // The first command begins the compressed part, and has the number 0.
  while (!bytes.empty() && !tls_) {
    if (hello_seen_ && session().compressed() && reader().idle()) {
      if (bytes.size() < kHeaderBytes) {
        peek(bytes);
        return {};
      }
      if (number_of(bytes) == 0) {
        begin_blocks();
        blocks(bytes);
        return {};
      }
    }
    one_packet(bytes);
  }
  return bytes;
}

void Client::begin_blocks() noexcept {
  commanding_ = true;  // it has logged in before
  take_compression_off();
}

void Client::message(Bytes all) noexcept {
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
  if (!commanding_) return log_in(body);
  if (body.empty()) return end_file();
  load(body);
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
    case Long::file: return load(bytes);
    case Long::statement:
      channel().decoded(side(), bytes, wire(bytes.size()), session().info({}));
      if (last) channel().line(side(), {}, 0, session().info({}));
      return;
    case Long::none:
    case Long::other:
      other(bytes);
      if (last) end_other();
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
  session().capabilities = capabilities;
  // Capabilities, the longest packet, a character set; zeros; more capabilities.
  const Bytes zeros = body.subspan(9, 19);
  const bool empty = std::all_of(zeros.begin(), zeros.end(), [](auto byte) { return byte == 0; });
  if (!empty) other(zeros);
  framing(kFixedHelloBytes - (empty ? 0 : zeros.size()));
  const std::string_view user = in.c_string();
  if (!in.ok()) return other(body.subspan(kFixedHelloBytes));
  session().user = std::string(user.substr(0, kNameBytesMax));
  text(as_bytes(user));
  framing(1);

  const Bytes before = in.rest();
  const bool counted =
      (capabilities & (capability::kLongAuth | capability::kSecureConnection)) != 0;
  const Bytes secret = counted ? take_counted(in) : as_bytes(in.c_string());
  if (!in.ok()) return other(before);
  const std::size_t around = before.size() - in.left() - secret.size();
  framing(around);
  log_in(secret);
  names(in.rest());
}

/// Database, plugin and attributes, as far as the capabilities announce them.
void Client::names(Bytes rest) noexcept {
  const auto has = [this](std::uint32_t one) { return (session().capabilities & one) != 0; };
  ByteCursor in(rest);
  if (has(capability::kWithDatabase))
    session().database = std::string(in.c_string().substr(0, kNameBytesMax));
  if (has(capability::kPluginAuth)) in.c_string();
  std::string said(as_text(rest.first(rest.size() - in.left())));
  std::replace(said.begin(), said.end(), '\0', '\n');
  if (has(capability::kAttributes) && in.ok()) {
    ByteCursor pairs(take_counted(in));
    while (pairs.ok() && pairs.left() > 0) {
      const std::string_view key = as_text(take_counted(pairs));
      const std::string_view value = as_text(take_counted(pairs));
      if (key == "program_name" || (key == "_client_name" && session().program.empty()))
        session().program = std::string(value.substr(0, kNameBytesMax));
      ((((said += key) += '\t') += value) += '\n');
    }
    // What is no pair is searched as it is.
    if (!pairs.ok()) said += as_text(rest.first(rest.size() - in.left()));
  }
  if (!in.ok()) said = std::string(as_text(rest));
  channel().line(side(), said, wire(rest.size() - in.left()), session().info({}));
  other(in.rest());
  channel().learn(session().info({}));
}

void Client::log_in(Bytes body) noexcept {
  if (body.empty()) return;
  if (!is_credential(body) || !allowance_.take(body.size())) return other(body);
  credentials(body.size());
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
      session().database = std::string(as_text(rest).substr(0, kNameBytesMax));
      return text(rest);
    case Command::send_long_data: other(rest); return end_other();
    default: return text(rest);
  }
}

void Client::ask(Command command, Bytes statement) noexcept {
  session().preparing = command == Command::prepare;
  session().executing = command == Command::execute;
  session().asked.clear();
  if (command == Command::query || command == Command::prepare)
    session().asked = sql::statement_name(as_text(statement_in(statement, session().capabilities)));
  // Without the answer its number is what servers count.
  if (command == Command::prepare && !host().flow().inspected(opposite(side()))) {
    const std::string_view text = as_text(statement);
    const auto parameters = static_cast<unsigned>(std::count(text.begin(), text.end(), '?'));
    session().prepared.put(++prepared_, {session().asked, parameters});
  }
  if (command != Command::execute) return;
  if (const auto* known = session().prepared.find(ByteCursor(statement).u32_le()))
    session().asked = known->name;
}

/// User, a password, and the rest of what hello() has.
void Client::change_user(Bytes body) noexcept {
  ByteCursor in(body);
  const std::string_view user = in.c_string();
  const std::size_t size = in.u8();
  const Bytes secret = in.take(size);
  if (!in.ok()) return other(body);
  commanding_ = false;
  session().user = std::string(user.substr(0, kNameBytesMax));
  text(as_bytes(user));
  framing(2);
  log_in(secret);
  text(in.rest());
}

/// COM_STMT_EXECUTE: a statement's number, flags, a count; then values as many as it has.
void Client::execute(Bytes body) noexcept {
  constexpr std::size_t kFixedBytes = 9;
  if (body.size() < kFixedBytes || !inspected()) return other(body);
  const auto* const known = session().prepared.find(ByteCursor(body).u32_le());
  const Bytes rest = body.subspan(kFixedBytes);
  framing(kFixedBytes);
  if (rest.empty()) return;
  const bool named = (session().capabilities & capability::kQueryAttributes) != 0;
  const auto values = read_parameters(rest, known != nullptr ? known->parameters : 0, named);
  if (values.empty()) {
    other(rest);
    return end_other();
  }
  rows().begin(session().info(session().asked.empty() ? "statement" : session().asked));
  std::size_t bytes = 0;
  for (const Value& value : values) {
    bytes += value.bytes.size();
    rows().cell_from(value.number.empty() ? value.bytes : as_bytes(value.number),
                     value.bytes.size());
  }
  rows().framing(rest.size() - bytes);
  rows().end_row();
}

void Client::load(Bytes bytes) noexcept {
  file(bytes, session().asked.empty() ? "LOAD" : session().asked, session().file_name);
}

void Client::hole(std::uint64_t missing_bytes) noexcept {
  if (!lose(missing_bytes)) return;
  session().asked.clear();
  continues_ = false;
}

}  // namespace outspan::protocol::mysql
