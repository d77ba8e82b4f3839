#pragma once

#include <memory>
#include <string>

#include "protocol/parser.h"
#include "protocol/postgresql/message.h"
#include "protocol/postgresql/session.h"
#include "protocol/shared/command_channel.h"
#include "protocol/shared/loose_object.h"
#include "protocol/shared/message_reader.h"
#include "protocol/shared/row_writer.h"
#include "protocol/shared/sasl.h"

namespace outspan::protocol::postgresql {

/// What the client sends: statements, the values that are bound to them, and rows of COPY.
class Client {
 public:
  /// `host` and `session` outlive it. `side`: the client's. `in_step`: its first byte begins a
  /// message.
  Client(StreamHost& host, Session& session, Side side, bool in_step) noexcept;

  /// False: these bytes and what follows are none of the protocol's (TLS); `rest` is the part that
  /// was not read.
  bool data(Bytes bytes, Bytes& rest) noexcept;
  void gap(std::uint64_t missing_bytes) noexcept;
  void pause() noexcept;
  void close() noexcept;
  [[nodiscard]] std::uint64_t held_bytes() const noexcept;

 private:
  void message(Bytes all) noexcept;
  void begin_long(Bytes beginning) noexcept;
  void go_on(Bytes bytes, std::uint64_t left) noexcept;
  void startup(Bytes all) noexcept;
  void statement(Bytes body) noexcept;
  void parse(Bytes body) noexcept;
  void bind(Bytes body) noexcept;
  void password(Bytes body) noexcept;
  void copy(Bytes rows) noexcept;
  void end_copy() noexcept;
  void text(Bytes body) noexcept;
  void framing(std::uint64_t bytes) noexcept { host_.flow().account.framing(side_, bytes); }
  [[nodiscard]] ObjectInfo session_info() const { return session_.info({}); }

  StreamHost& host_;
  Session& session_;
  const Side side_;
  MessageReader reader_;
  bool in_step_;  // where messages begin is known
  bool logged_in_ = false;
  char long_letter_ = '\0';  // of the message whose pieces come
  CredentialAllowance allowance_;
  CommandChannel channel_;
  RowWriter values_;
  std::unique_ptr<ObjectWriter> copy_;
  LooseObject other_;
};

}  // namespace outspan::protocol::postgresql
