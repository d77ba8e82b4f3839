#pragma once

#include <memory>

#include "protocol/parser.h"

namespace outspan::protocol::tftp {

/// TFTP (RFC 1350, 2347, 2348, 7440). A request announces the flow from the server's new port, in
/// which the file passes: one object "WRQ name" or "RRQ name", in the order of the file. Servers
/// that answer from the port of the request are understood as well. Text in netascii stays as it
/// was sent.
bool recognise(const FlowContext& flow, Side side, Bytes datagram) noexcept;
std::unique_ptr<DatagramParser> make(ParserHost& host) noexcept;

}  // namespace outspan::protocol::tftp
