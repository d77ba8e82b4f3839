#include "protocol/postgresql/postgresql.h"

#include <array>
#include <optional>
#include <utility>

#include "protocol/postgresql/client.h"
#include "protocol/postgresql/message.h"
#include "protocol/postgresql/server.h"
#include "protocol/postgresql/session.h"

namespace outspan::protocol::postgresql {
namespace {

/// Who speaks, as far as these bytes of one side prove it.
enum class Role : std::uint8_t { unknown, client, server };

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

class Parser final : public StreamParser {
 public:
  explicit Parser(StreamHost& host) noexcept : host_(host) {
    host.flow().account.set_app(AppProtocol::named("postgresql"));
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
    const bool from_the_beginning = is_startup(bytes);
    if (from_the_beginning) client_side_ = side;
    if (!flow.info.opened_by_syn) {
      const Role role = role_of(bytes, true);
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
  Session session_;
  Side client_side_ = Side::client;
  bool given_away_ = false;
  std::optional<Client> client_;
  std::optional<Server> server_;
};

}  // namespace

Claim recognise(const Opening& opening) noexcept {
  Claim best = Claim::not_mine;
  for (const Side side : {Side::client, Side::server}) {
    const Bytes bytes = opening.bytes[index(side)];
    const bool joined = opening.after_gap[index(side)] || !opening.flow.info.opened_by_syn;
    if (role_of(bytes, joined) != Role::unknown) return Claim::mine;
    // A length below 10,000.
    const bool begun = bytes.size() < kStartupHeaderBytes && !bytes.empty() && bytes[0] == 0 &&
                       (bytes.size() < 2 || bytes[1] == 0);
    if (begun) best = Claim::need_more;
  }
  return best;
}

std::unique_ptr<StreamParser> make(StreamHost& host) noexcept {
  return std::make_unique<Parser>(host);
}

}  // namespace outspan::protocol::postgresql
