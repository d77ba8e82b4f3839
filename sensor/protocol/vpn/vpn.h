#pragma once

#include <memory>

#include "protocol/parser.h"

namespace outspan::protocol::vpn {

/// WireGuard (wireguard.com/protocol): message types and their fixed sizes; data only after a
/// handshake.
bool recognise_wireguard(const FlowContext& flow, Side side, Bytes datagram) noexcept;
std::unique_ptr<DatagramParser> make_wireguard(ParserHost& host) noexcept;

/// ESP (RFC 4303), IP protocol 50. With NULL encryption (RFC 2410) the inner packet is readable and
/// its bytes say so.
bool recognise_esp(const FlowContext& flow, Side side, Bytes datagram) noexcept;
std::unique_ptr<DatagramParser> make_esp(ParserHost& host) noexcept;

}  // namespace outspan::protocol::vpn
