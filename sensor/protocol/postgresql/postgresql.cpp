#include "protocol/postgresql/postgresql.h"

#include "protocol/postgresql/client.h"
#include "protocol/postgresql/message.h"
#include "protocol/postgresql/server.h"
#include "protocol/postgresql/session.h"
#include "protocol/sql/parser.h"

namespace outspan::protocol::postgresql {
namespace {

using sql::Role;

bool is_startup(Bytes bytes) noexcept {
  return !bytes.empty() && bytes[0] == 0 &&
         read_client_header(bytes).kind == MessageReader::Header::Kind::known;
}

/// `joined`: the bytes may begin within a message.
Role role_of(Bytes bytes, bool joined) noexcept {
  if (bytes.empty()) return Role::unknown;
  if (is_startup(bytes)) return Role::client;
  const std::size_t last = joined ? bytes.size() - 1 : 0;
  if (find_server_message(bytes) <= last) return Role::server;
  return find_client_message(bytes) <= last ? Role::client : Role::unknown;
}

/// A length below 10,000.
bool may_begin(Bytes bytes) noexcept {
  return bytes.size() < kStartupHeaderBytes && !bytes.empty() && bytes[0] == 0 &&
         (bytes.size() < 2 || bytes[1] == 0);
}

constexpr sql::Dialect kDialect{"postgresql", role_of, is_startup, may_begin};

}  // namespace

Claim recognise(const Opening& opening) noexcept { return sql::recognise(kDialect, opening); }

std::unique_ptr<StreamParser> make(StreamHost& host) noexcept {
  return std::make_unique<sql::Parser<Session, Client, Server>>(host, kDialect);
}

}  // namespace outspan::protocol::postgresql
