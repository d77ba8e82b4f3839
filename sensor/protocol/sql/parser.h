#pragma once

#include <array>
#include <memory>
#include <optional>

#include "protocol/parser.h"
#include "protocol/shared/either_role.h"

/// What the protocols of databases have in common that have a reader for each side and a session
/// that both know (sql::Parser<Session, Client, Server>).
namespace outspan::protocol::sql {

/// Who speaks, as far as these bytes of one side prove it.
enum class Role : std::uint8_t { unknown, client, server };

struct Dialect {
  const char* name;  ///< of the protocol
  /// `joined`: the bytes may begin within a message.
  Role (*role_of)(Bytes bytes, bool joined) noexcept;
  /// Whether a connection begins with the bytes, which says whose they are.
  bool (*begins)(Bytes bytes) noexcept;
  /// Whether it may, when there are more of them.
  bool (*may_begin)(Bytes bytes) noexcept;
};

inline Claim recognise(const Dialect& dialect, const Opening& opening) noexcept {
  return claim_of_any_side(opening, [&dialect](Bytes bytes, bool joined) noexcept {
    if (dialect.role_of(bytes, joined) != Role::unknown) return Claim::mine;
    return dialect.may_begin(bytes) ? Claim::need_more : Claim::not_mine;
  });
}

template <class Session, class Client, class Server>
class Parser final : public StreamParser {
 public:
  /// Borrows both for its life.
  Parser(StreamHost& host, const Dialect& dialect) noexcept : host_(host), dialect_(dialect) {
    host.flow().account.set_app(AppProtocol::named(dialect.name));
  }

  void on_data(Side side, Bytes bytes) noexcept override {
    if (given_away_ || bytes.empty()) return;
    if (!client_) begin(side, bytes);
    Bytes rest;
    const bool ours = side == client_side_
                          ? client_->data(bytes, rest)
                          : !host_.flow().inspected(side) || server_->data(bytes, rest);
    if (!ours) give_away(side, rest);
  }
  void on_gap(Side side, std::uint64_t missing_bytes) noexcept override {
    if (given_away_ || !client_) return;
    if (side == client_side_)
      client_->gap(missing_bytes);
    else
      server_->gap(missing_bytes);
  }
  void on_pause() noexcept override {
    if (given_away_ || !client_) return;
    client_->pause();
    server_->pause();
  }
  void on_close(flow::CloseReason) noexcept override {
    if (given_away_ || !client_) return;
    client_->close();
    server_->close();
  }
  [[nodiscard]] std::uint64_t held_bytes() const noexcept override {
    return sizeof *this + session_.held_bytes() +
           (client_ ? client_->held_bytes() + server_->held_bytes() : 0);
  }

 private:
  void begin(Side side, Bytes bytes) noexcept {
    FlowContext& flow = host_.flow();
    const bool from_the_beginning = dialect_.begins(bytes);
    const Role role = dialect_.role_of(bytes, true);
    if (from_the_beginning || !flow.info.opened_by_syn) {
      if (role == Role::client) client_side_ = side;
      if (role == Role::server) client_side_ = opposite(side);
    }
    const Side server = opposite(client_side_);
    if (!flow.inspected(server)) flow.unwanted[index(server)] = true;
    client_.emplace(host_, session_, client_side_, from_the_beginning);
    server_.emplace(host_, session_, server, from_the_beginning);
  }

  /// TLS begins with `rest` of `side`.
  void give_away(Side side, Bytes rest) noexcept {
    given_away_ = true;
    client_->close();
    server_->close();
    std::array<Bytes, 2> left{};
    left[index(side)] = rest;
    host_.restart(left);
  }

  StreamHost& host_;
  const Dialect& dialect_;
  Session session_;
  Side client_side_ = Side::client;
  bool given_away_ = false;
  std::optional<Client> client_;
  std::optional<Server> server_;
};

}  // namespace outspan::protocol::sql
