#pragma once

#include <memory>

#include "protocol/parser.h"

namespace outspan::protocol::tls {

/// DTLS 1.0 and 1.2 records (RFC 6347): a datagram counts as encrypted if it is whole records
/// without anything readable in them. What the hello says of the client goes to
/// FlowContext::encryption.
bool recognise_dtls(const FlowContext& flow, Side side, Bytes datagram) noexcept;
std::unique_ptr<DatagramParser> make_dtls(ParserHost& host) noexcept;

}  // namespace outspan::protocol::tls
