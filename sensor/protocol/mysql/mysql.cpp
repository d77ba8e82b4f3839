#include "protocol/mysql/mysql.h"

#include "protocol/mysql/client.h"
#include "protocol/mysql/packet.h"
#include "protocol/mysql/server.h"
#include "protocol/mysql/session.h"
#include "protocol/sql/parser.h"

namespace outspan::protocol::mysql {
namespace {

using sql::Role;

/// A block that is compressed, and right after it another one, or the end of what was seen.
bool proves_compressed(Bytes bytes) noexcept {
  if (!CompressedBlocks::begins(bytes)) return false;
  ByteCursor in(bytes);
  const std::size_t packed = in.u16_le() | std::size_t{in.u8()} << 16;
  in.u8();
  const bool stored = in.u16_le() == 0 && in.u8() == 0;
  const std::size_t end = CompressedBlocks::kHeaderBytes + packed;
  return !stored && (end == bytes.size() ||
                     (end < bytes.size() && CompressedBlocks::begins(bytes.subspan(end))));
}

/// `joined`: the bytes may begin within a packet.
Role role_of(Bytes bytes, bool joined) noexcept {
  if (is_greeting(bytes)) return Role::server;
  if (is_hello(bytes)) return Role::client;
  if (!joined) return Role::unknown;
  if (proves_compressed(bytes)) return bytes[3] == 0 ? Role::client : Role::server;
  if (find_rows(bytes) < bytes.size()) return Role::server;
  return find_statement(bytes) < bytes.size() ? Role::client : Role::unknown;
}

/// Whether the server's first packet, or the client's, may begin so.
bool may_log_in(Bytes bytes) noexcept {
  constexpr std::size_t kLoginBytesMax = 1024;
  if (bytes.empty() || (bytes.size() > 2 && bytes[2] != 0)) return false;
  if (bytes.size() <= kHeaderBytes) return bytes.size() <= 3 || bytes[3] <= 1;
  const std::uint64_t size = read_header(bytes).message_bytes;
  const bool fits = bytes[3] == 0 ? bytes[4] == kGreeting : bytes[3] == 1 && size >= 36;
  return fits && size <= kLoginBytesMax && bytes.size() < size;
}

bool begins(Bytes bytes) noexcept { return is_greeting(bytes) || is_hello(bytes); }

constexpr sql::Dialect kDialect{"mysql", role_of, begins, may_log_in};

}  // namespace

Claim recognise(const Opening& opening) noexcept { return sql::recognise(kDialect, opening); }

std::unique_ptr<StreamParser> make(StreamHost& host) noexcept {
  return std::make_unique<sql::Parser<Session, Client, Server>>(host, kDialect);
}

}  // namespace outspan::protocol::mysql
