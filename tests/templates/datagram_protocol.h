#pragma once

#include <memory>

#include "protocol/parser.h"

namespace outspan::protocol::beacon {

/// Template of a protocol on datagrams. Beacon is made up: "BCN1", a byte with the size of the
/// host's name, the name, and a text up to the end. Each datagram of an inspected side is an object
/// "beacon".
/// Bound: nothing is kept between datagrams.
bool recognise(const FlowContext& flow, Side side, Bytes datagram) noexcept;
std::unique_ptr<DatagramParser> make(ParserHost& host) noexcept;

}  // namespace outspan::protocol::beacon
