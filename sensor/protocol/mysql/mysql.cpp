#include "protocol/mysql/mysql.h"

#include <array>
#include <optional>

#include "protocol/mysql/client.h"
#include "protocol/mysql/packet.h"
#include "protocol/mysql/server.h"
#include "protocol/mysql/session.h"

namespace outspan::protocol::mysql {
namespace {

/// Who speaks, as far as these bytes of one side prove it.
enum class Role : std::uint8_t { unknown, client, server };

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

class Parser final : public StreamParser {
 public:
  explicit Parser(StreamHost& host) noexcept : host_(host) {
    host.flow().account.set_app(AppProtocol::named("mysql"));
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
    const bool from_the_beginning = is_greeting(bytes) || is_hello(bytes);
    const Role role = role_of(bytes, true);
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
    if (may_log_in(bytes)) best = Claim::need_more;
  }
  return best;
}

std::unique_ptr<StreamParser> make(StreamHost& host) noexcept {
  return std::make_unique<Parser>(host);
}

}  // namespace outspan::protocol::mysql
