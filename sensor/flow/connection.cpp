#include "flow/connection.h"

#include "flow/tcp_order.h"

namespace outspan::flow {
namespace {

namespace flag = decode::tcp_flag;

constexpr std::uint16_t kRegisteredPorts = 1024;
constexpr std::uint16_t kEphemeralPorts = 32768;  // Linux's default range starts here

int port_class(std::uint16_t port) noexcept {
  return port < kRegisteredPorts ? 0 : port < kEphemeralPorts ? 1 : 2;
}

bool syn_opens_another(FlowRecord& flow, Side sender, std::uint32_t start) noexcept {
  TcpSide& mine = flow.side(sender);
  const TcpSide& their = flow.side(opposite(sender));
  if (mine.start == TcpSide::Start::unknown) return false;
  if (mine.start == TcpSide::Start::fixed && start == mine.origin_sequence()) return false;
  if (!TcpOrder::plausible(mine, start)) return true;
  if (mine.start == TcpSide::Start::guessed) return false;
  const bool silent = mine.next == mine.origin && !mine.waiting() && their.packets == 0;
  if (silent) return true;  // it tries again from another start
  mine.rival = flow.info.opened_by_syn;
  mine.rival_sequence = start;
  return false;
}

}  // namespace

Side sender_side(const decode::Datagram& datagram) noexcept {
  const bool tcp = datagram.ip_protocol == ip_protocol::kTcp;
  if (tcp && (datagram.tcp_flags & flag::kSyn) != 0)
    return (datagram.tcp_flags & flag::kAck) != 0 ? Side::server : Side::client;
  const bool ports = tcp || datagram.ip_protocol == ip_protocol::kUdp ||
                     datagram.ip_protocol == ip_protocol::kSctp;
  return ports && port_class(datagram.source_port) < port_class(datagram.destination_port)
             ? Side::server
             : Side::client;
}

bool opens_another(FlowRecord& flow, Side sender, const decode::Datagram& datagram) noexcept {
  const bool syn = (datagram.tcp_flags & flag::kSyn) != 0;
  const bool ack = (datagram.tcp_flags & flag::kAck) != 0;
  const TcpSide& mine = flow.side(sender);
  const TcpSide& their = flow.side(opposite(sender));
  if (flow.finished()) {
    if (syn)
      return mine.start != TcpSide::Start::fixed ||
             datagram.tcp_sequence + 1 != mine.origin_sequence();
    return !datagram.payload.empty() && !TcpOrder::plausible(mine, datagram.tcp_sequence);
  }
  if (!syn) return false;
  if (!ack) return syn_opens_another(flow, sender, datagram.tcp_sequence + 1);
  return their.rival && datagram.tcp_acknowledgment == their.rival_sequence;
}

bool goes_on(const FlowRecord& flow, Side sender, const decode::Datagram& datagram) noexcept {
  if (datagram.ip_protocol != ip_protocol::kTcp) return true;
  const TcpSide& mine = flow.sides[index(sender)];
  const TcpSide& their = flow.sides[index(opposite(sender))];
  const bool syn = (datagram.tcp_flags & flag::kSyn) != 0;
  const bool ack = (datagram.tcp_flags & flag::kAck) != 0;
  const std::uint32_t sequence = datagram.tcp_sequence + (syn ? 1 : 0);
  const bool mine_known = mine.start != TcpSide::Start::unknown;
  const bool their_known = ack && their.start != TcpSide::Start::unknown;
  return (mine_known || their_known) && (!mine_known || TcpOrder::plausible(mine, sequence)) &&
         (!their_known || TcpOrder::plausible(their, datagram.tcp_acknowledgment));
}

FlowClass class_of(const FlowRecord& flow) noexcept {
  switch (flow.info.ip_protocol) {
    case ip_protocol::kTcp: break;
    case ip_protocol::kUdp: return FlowClass::udp;
    default: return FlowClass::other;
  }
  const auto& [client, server] = flow.sides;
  const bool one_sided_end =
      (client.fin != 0 && server.packets == 0) || (server.fin != 0 && client.packets == 0);
  if (flow.finished() || one_sided_end) return FlowClass::tcp_closed;
  if (client.packets != 0 && server.packets != 0) return FlowClass::tcp_established;
  const bool bytes = client.highest != 0 || server.highest != 0;
  return bytes ? FlowClass::tcp_established : FlowClass::tcp_opening;
}

}  // namespace outspan::flow
