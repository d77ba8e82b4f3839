#include "protocol/quic.h"

#include "marks/ciphertext.h"
#include "protocol/ja.h"

namespace outspan::protocol {
namespace {

/// Enough for every coalesced flight; more is not QUIC.
constexpr int kPacketsMax = 8;
/// Flags, an empty connection id, packet number and tag (RFC 9001, 5.4.2).
constexpr std::size_t kShortMinBytes = 21;

}  // namespace

bool QuicFlow::take(FlowContext& flow, Side side, Bytes datagram) noexcept {
  for (int i = 0; i < kPacketsMax && !datagram.empty(); ++i) {
    const bool is_long = (datagram.front() & 0x80) != 0;
    if (!is_long)
      return proven_ && datagram.size() >= kShortMinBytes &&
             marks::may_be_ciphertext(datagram.subspan(1));
    const auto header = parse_quic_long_header(datagram);
    if (!header) return false;
    if (!long_packet(flow, side, datagram.first(header->packet_bytes), *header)) return false;
    datagram = datagram.subspan(header->packet_bytes);
  }
  return datagram.empty();
}

bool QuicFlow::long_packet(FlowContext& flow, Side side, Bytes packet,
                           const QuicLongHeader& header) noexcept {
  using Type = QuicLongHeader::Type;
  if (header.type == Type::retry) return proven_ || marks::may_be_ciphertext(packet);
  const Bytes sealed = packet.subspan(header.number_offset);
  if (header.type == Type::initial && attempts_left_ > 0) {
    --attempts_left_;
    if (read_initial(flow, side, packet, header)) {
      proven_ = true;
      return true;
    }
  }
  // A server's packet, or a joined connection: its keys are not known.
  if (!marks::may_be_ciphertext(sealed)) return false;
  if (sealed.size() >= 256) proven_ = true;
  return proven_;
}

bool QuicFlow::read_initial(FlowContext& flow, Side side, Bytes packet,
                            const QuicLongHeader& header) noexcept {
  if (keys_) {
    const auto frames = keys_->open(packet, header, side != client_);
    if (frames) {
      if (side == client_ && hello_ && hello_->add(*frames)) read_hello(flow);
      return true;
    }
  }
  // The first packet of a client, or of one that was sent a Retry.
  const QuicInitialKeys keys(header.version, header.destination_id);
  const auto frames = keys.open(packet, header, false);
  if (!frames) return false;
  keys_ = keys;
  client_ = side;
  hello_.emplace();
  if (hello_->add(*frames)) read_hello(flow);
  return true;
}

void QuicFlow::read_hello(FlowContext& flow) noexcept {
  const auto body = hello_->client_hello();
  if (!body) return;
  if (const auto parsed = parse_client_hello(*body)) {
    flow.encryption.server_name = parsed->server_name;
    flow.encryption.ja3 = ja3(*parsed);
    flow.encryption.ja4 = ja4(*parsed, HelloTransport::quic);
  }
  attempts_left_ = 0;
  hello_.reset();
  keys_.reset();
}

}  // namespace outspan::protocol
