#pragma once

#include <memory>

#include "protocol/parser.h"

namespace outspan::protocol::icmp {

/// Echo of ICMP (RFC 792) and ICMPv6 (RFC 4443). Messages are searched as they are; what differs
/// from one to the next is joined as well: whole payloads, and what `ping -p` repeats after its
/// time. Payloads that carry data, as those of ptunnel and icmptx, are a covert channel.
/// Bound: JoinedPieces and one payload a side.
bool recognise(const FlowContext& flow, Side side, Bytes datagram) noexcept;
std::unique_ptr<DatagramParser> make(ParserHost& host) noexcept;

}  // namespace outspan::protocol::icmp
