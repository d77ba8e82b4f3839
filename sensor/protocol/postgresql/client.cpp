#include "protocol/postgresql/client.h"

#include <string>

#include "protocol/sql/statement.h"

namespace outspan::protocol::postgresql {
namespace {

constexpr std::size_t kNameBytesMax = 255;
constexpr std::uint8_t kTlsHandshake = 0x16;

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

constexpr sql::Messages kMessages{"postgresql session", "postgresql messages", read_client_header,
                                  find_client_message,  kBeginBytes,           kWholeBytesMax};

}  // namespace

Client::Client(StreamHost& host, Session& session, Side side, bool in_step) noexcept
    : Peer(host, session, kMessages, side, in_step), session_(session) {}

bool Client::data(Bytes bytes, Bytes& rest) noexcept {
  while (!bytes.empty()) {
    if (in_step() && reader().idle() && bytes[0] == kTlsHandshake && !logged_in_) {
      rest = bytes;
      return false;
    }
    read(bytes);
  }
  rows().flush();
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
    case 'f': end_file(); break;
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
  channel().learn(session_.info({}));
}

void Client::statement(Bytes body) noexcept {
  logged_in_ = true;
  end_file();
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
  if (!inspected()) return;
  const std::size_t names = portal.size() + statement.size() + 2;
  if (names == 2)
    framing(names);
  else
    text(body.first(names));
  framing(body.size() - names - in.left());
  if (values > 0) {
    const std::string name = session_.name_of(statement);
    rows().begin(session_.info(name.empty() ? "statement" : name));
  }
  for (unsigned i = 0; i < values; ++i) {
    const std::optional<Cell> cell = take_cell(in);
    if (!cell) break;
    rows().framing(kCellHeaderBytes);
    if (!cell->null) rows().cell(cell->bytes);
  }
  if (values > 0) rows().end_row();
  rows().flush();
  ByteCursor formats(in.rest());
  const std::size_t results = formats.u16();
  if (formats.ok() && formats.left() == results * 2) return framing(in.left());
  other(in.rest());
}

/// Before anything else is asked. Longer ones, and those that are not shaped so, are content.
void Client::password(Bytes body) noexcept {
  if (logged_in_ || body.empty() || !is_credential(body) || !allowance_.take(body.size()))
    return text(body);
  credentials(body.size());
}

void Client::copy(Bytes bytes) noexcept {
  const std::string& name = session_.latest();
  file(bytes, name.empty() ? "COPY" : name);
}

void Client::begin_long(Bytes beginning) noexcept {
  framing(kHeaderBytes);
  const Bytes body = beginning.subspan(kHeaderBytes);
  long_letter_ = static_cast<char>(beginning[0]);
  if (long_letter_ == 'Q') {
    logged_in_ = true;
    end_file();
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
    other(bytes);
    if (left == 0) end_other();
    return;
  }
  channel().data(side(), bytes, session_.info({}));
  if (left == 0) channel().line(side(), {}, 0, session_.info({}));
}

void Client::gap(std::uint64_t missing_bytes) noexcept {
  if (lose(missing_bytes)) session_.lose();
}

}  // namespace outspan::protocol::postgresql
