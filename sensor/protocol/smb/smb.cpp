#include "protocol/smb/smb.h"

#include <array>

#include "protocol/smb/connection.h"
#include "protocol/smb/half.h"
#include "protocol/smb/message.h"

namespace outspan::protocol::smb {
namespace {

class Parser final : public StreamParser {
 public:
  explicit Parser(StreamHost& host) noexcept
      : host_(host),
        connection_(host),
        client_(host, connection_, Side::client),
        server_(host, connection_, Side::server) {
    host.flow().account.set_app(AppProtocol::named("smb"));
  }

  void on_data(Side side, Bytes bytes) noexcept override {
    if (!bytes.empty()) half(side).data(bytes);
    sweep();
  }
  void on_gap(Side side, std::uint64_t missing_bytes) noexcept override {
    half(side).gap(missing_bytes);
  }
  void on_pause() noexcept override {
    client_.pause();
    server_.pause();
    connection_.pause();
  }
  void on_close(flow::CloseReason) noexcept override {
    client_.close();
    server_.close();
    connection_.close();
  }
  [[nodiscard]] std::uint64_t held_bytes() const noexcept override {
    return client_.held_bytes() + server_.held_bytes() + connection_.held_bytes();
  }

 private:
  Half& half(Side side) noexcept { return side == Side::client ? client_ : server_; }
  /// Files with a hole whose close may have been in it.
  void sweep() noexcept {
    constexpr Duration kEvery = std::chrono::seconds(10);
    const Timestamp now = host_.flow().now.time;
    if (now - swept_ < kEvery) return;
    swept_ = now;
    connection_.pause();
  }

  StreamHost& host_;
  Connection connection_;
  Half client_;
  Half server_;
  Timestamp swept_{};
};

Claim recognise_side(Bytes bytes, bool joined) noexcept {
  if (bytes.empty()) return Claim::not_mine;
  const auto header = read_transport(bytes);
  using Kind = MessageReader::Header::Kind;
  if (header.kind == Kind::more) return Claim::need_more;
  if (header.kind == Kind::known && (bytes[0] == 0 || bytes.size() > kTransportBytes)) {
    // A request for a session (RFC 1002, 4.3.2): a name of 32 letters.
    if (bytes[0] == 0) return Claim::mine;
    constexpr std::uint8_t kRequest = 0x81, kNameBytes = 32;
    if (bytes[0] == kRequest && bytes[kTransportBytes] == kNameBytes) return Claim::mine;
  }
  return joined && find_message(bytes) < bytes.size() ? Claim::mine : Claim::not_mine;
}

}  // namespace

Claim recognise(const Opening& opening) noexcept {
  Claim best = Claim::not_mine;
  for (const Side side : {Side::client, Side::server}) {
    const bool joined = opening.after_gap[index(side)] || !opening.flow.info.opened_by_syn;
    const Claim claim = recognise_side(opening.bytes[index(side)], joined);
    if (claim == Claim::mine) return claim;
    if (claim == Claim::need_more) best = claim;
  }
  return best;
}

std::unique_ptr<StreamParser> make(StreamHost& host) noexcept {
  return std::make_unique<Parser>(host);
}

}  // namespace outspan::protocol::smb
