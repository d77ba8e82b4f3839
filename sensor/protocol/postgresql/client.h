#pragma once

#include "protocol/parser.h"
#include "protocol/postgresql/message.h"
#include "protocol/postgresql/session.h"
#include "protocol/shared/sasl.h"
#include "protocol/sql/peer.h"

namespace outspan::protocol::postgresql {

/// What the client sends: statements, the values that are bound to them, and rows of COPY.
class Client final : public sql::Peer {
 public:
  /// `host` and `session` outlive it. `side`: the client's. `in_step`: its first byte begins a
  /// message.
  Client(StreamHost& host, Session& session, Side side, bool in_step) noexcept;

  /// False: these bytes and what follows are none of the protocol's (TLS); `rest` is the part that
  /// was not read.
  bool data(Bytes bytes, Bytes& rest) noexcept;
  void gap(std::uint64_t missing_bytes) noexcept override;

 private:
  void message(Bytes all) noexcept override;
  void begin_long(Bytes beginning) noexcept override;
  void go_on(Bytes bytes, std::uint64_t left) noexcept override;
  void startup(Bytes all) noexcept;
  void statement(Bytes body) noexcept;
  void parse(Bytes body) noexcept;
  void bind(Bytes body) noexcept;
  void password(Bytes body) noexcept;
  void copy(Bytes bytes) noexcept;

  Session& session_;
  bool logged_in_ = false;
  char long_letter_ = '\0';  // of the message whose pieces come
  CredentialAllowance allowance_;
};

}  // namespace outspan::protocol::postgresql
