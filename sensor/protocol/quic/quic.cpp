#include "protocol/quic/quic.h"

#include <optional>

#include "protocol/quic/initial.h"
#include "protocol/shared/encrypted_messages.h"
#include "protocol/tls/ja.h"

namespace outspan::protocol::quic {
namespace {

/// Enough for every coalesced flight; more is not QUIC.
constexpr int kPacketsMax = 8;
/// Flags, an empty connection id, packet number and tag (RFC 9001, 5.4.2).
constexpr std::size_t kShortMinBytes = 21;

class QuicParser final : public DatagramParser {
 public:
  explicit QuicParser(ParserHost& host) noexcept : flow_(host.flow()), encrypted_(flow_, "quic") {}
  bool on_datagram(Side side, Bytes bytes) noexcept override {
    if (!take(side, bytes)) return false;
    encrypted_.count(side, bytes);
    return true;
  }
  [[nodiscard]] std::uint64_t held_bytes() const noexcept override {
    return sizeof *this + (hello_ ? hello_->held_bytes() : 0);
  }

 private:
  /// True: QUIC, and nothing in it can be read.
  bool take(Side side, Bytes datagram) noexcept;
  bool long_packet(Side side, Bytes packet, const LongHeader& header) noexcept;
  bool read_initial(Side side, Bytes packet, const LongHeader& header) noexcept;
  void read_hello() noexcept;

  FlowContext& flow_;
  EncryptedMessages encrypted_;
  std::optional<InitialKeys> keys_;
  std::optional<CryptoStream> hello_;
  Side client_ = Side::client;
  int attempts_left_ = 16;  // at decrypting; a flood of Initials must not cost more
  bool proven_ = false;
};

bool QuicParser::take(Side side, Bytes datagram) noexcept {
  for (int i = 0; i < kPacketsMax && !datagram.empty(); ++i) {
    const bool is_long = (datagram.front() & 0x80) != 0;
    if (!is_long)
      return proven_ && datagram.size() >= kShortMinBytes &&
             encrypted_.may_be_sealed(datagram.subspan(1));
    const auto header = parse_long_header(datagram);
    if (!header) return false;
    if (!long_packet(side, datagram.first(header->packet_bytes), *header)) return false;
    datagram = datagram.subspan(header->packet_bytes);
  }
  return datagram.empty();
}

bool QuicParser::long_packet(Side side, Bytes packet, const LongHeader& header) noexcept {
  using Type = LongHeader::Type;
  const Bytes sealed = packet.subspan(header.number_offset);
  // A token is the server's secret (RFC 9000, 8.1.4); in a Retry its check value follows.
  if (header.type == Type::retry) return encrypted_.may_be_sealed(sealed);
  if (!header.token.empty() && !encrypted_.may_be_sealed(header.token)) return false;
  if (header.type == Type::initial && attempts_left_ > 0) {
    --attempts_left_;
    if (read_initial(side, packet, header)) {
      proven_ = true;
      return true;
    }
  }
  // A server's packet, or a joined connection: its keys are not known.
  if (!encrypted_.may_be_sealed(sealed)) return false;
  if (sealed.size() >= 256) proven_ = true;
  return proven_;
}

bool QuicParser::read_initial(Side side, Bytes packet, const LongHeader& header) noexcept {
  if (keys_) {
    const auto frames = keys_->open(packet, header, side != client_);
    if (frames) {
      if (side == client_ && hello_ && hello_->add(*frames)) read_hello();
      return true;
    }
  }
  // The first packet of a client, or of one that was sent a Retry.
  const InitialKeys keys(header.version, header.destination_id);
  const auto frames = keys.open(packet, header, false);
  if (!frames) return false;
  keys_ = keys;
  client_ = side;
  hello_.emplace();
  if (hello_->add(*frames)) read_hello();
  return true;
}

void QuicParser::read_hello() noexcept {
  const auto body = hello_->client_hello();
  if (!body) return;
  if (const auto parsed = tls::parse_client_hello(*body)) {
    flow_.encryption.names().server_name = parsed->server_name;
    flow_.encryption.names().ja3 = tls::ja3(*parsed);
    flow_.encryption.names().ja4 = tls::ja4(*parsed, tls::HelloTransport::quic);
  }
  attempts_left_ = 0;
  hello_.reset();
  keys_.reset();
}

}  // namespace

bool recognise(const FlowContext& flow, Side, Bytes datagram) noexcept {
  return flow.info.ip_protocol == ip_protocol::kUdp && parse_long_header(datagram).has_value();
}

std::unique_ptr<DatagramParser> make(ParserHost& host) noexcept {
  return std::make_unique<QuicParser>(host);
}

}  // namespace outspan::protocol::quic
