#pragma once

#include "protocol/mysql/packet.h"
#include "protocol/mysql/peer.h"
#include "protocol/mysql/values.h"
#include "protocol/parser.h"
#include "protocol/shared/sasl.h"

namespace outspan::protocol::mysql {

/// What the client sends: statements, the values that are bound to them, and files.
class Client final : public Peer {
 public:
  /// `host` and `session` outlive it. `side`: the client's. `in_step`: its first byte begins a
  /// packet.
  Client(StreamHost& host, Session& session, Side side, bool in_step) noexcept;

  /// False: TLS begins with `rest`, the part that was not read.
  bool data(Bytes bytes, Bytes& rest) noexcept;

 private:
  [[nodiscard]] Bytes plain(Bytes bytes) noexcept;
  void begin_blocks() noexcept;
  void message(Bytes all) noexcept override;
  void begin_long(Bytes beginning) noexcept override;
  void go_on(Bytes bytes, std::uint64_t left) noexcept override;
  void hole(std::uint64_t missing_bytes) noexcept override;
  void hello(Bytes body) noexcept;
  void names(Bytes rest) noexcept;
  void log_in(Bytes body) noexcept;
  void command(Bytes body) noexcept;
  void change_user(Bytes body) noexcept;
  void execute(Bytes body) noexcept;
  void load(Bytes bytes) noexcept;
  void ask(Command command, Bytes statement) noexcept;

  bool begun_ = false;
  bool hello_seen_ = false;
  bool tls_ = false;
  bool commanding_ = false;  // it has logged in
  enum class Long : std::uint8_t { none, statement, file, other } long_ = Long::none;
  bool continues_ = false;      // the next packet belongs to the last one
  std::uint32_t prepared_ = 0;  // statements
  CredentialAllowance allowance_;
};

}  // namespace outspan::protocol::mysql
