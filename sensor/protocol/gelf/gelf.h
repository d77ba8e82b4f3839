#pragma once

#include <memory>

#include "protocol/parser.h"

namespace outspan::protocol::gelf {

/// Chunks of GELF messages (Graylog Extended Log Format, "Chunking"): a message of a log, mostly
/// compressed, in up to 128 datagrams. Each message is an object "gelf message"; those that fit in
/// one datagram have no frame and are searched as any other.
/// Bound: kMessagesMax messages and kHeldBytesMax of chunks a flow; the oldest is given as far as
/// it is there.
bool recognise(const FlowContext& flow, Side side, Bytes datagram) noexcept;
std::unique_ptr<DatagramParser> make(ParserHost& host) noexcept;

}  // namespace outspan::protocol::gelf
