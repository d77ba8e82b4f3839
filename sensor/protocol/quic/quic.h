#pragma once

#include <memory>

#include "protocol/parser.h"

namespace outspan::protocol::quic {

/// QUIC on one UDP flow: says which datagrams are ciphertext, and reads server name and
/// fingerprint out of the client's Initial packets. Recognised by a long header of a version we
/// know.
/// Bound: one ClientHello (16 KiB), gone once it is read.
bool recognise(const FlowContext& flow, Side side, Bytes datagram) noexcept;
std::unique_ptr<DatagramParser> make(ParserHost& host) noexcept;

}  // namespace outspan::protocol::quic
