#pragma once

#include <memory>

#include "protocol/parser.h"

namespace outspan::protocol::dns {

/// DNS in datagrams (RFC 1035). Messages are searched as they are. What a client asks below one
/// registered name is joined as well, whatever flows the questions come in, and so are the texts of
/// answers: as they are, and out of hexadecimal, base32 and base64. Names and answers that have the
/// shape of a tunnel (iodine, dns2tcp, dnscat2) are a covert channel; iodine without DNS, too.
/// Bound: kDomainsMax domains a pipeline, and JoinedPieces.
bool recognise(const FlowContext& flow, Side side, Bytes datagram) noexcept;
std::unique_ptr<DatagramParser> make(ParserHost& host) noexcept;

}  // namespace outspan::protocol::dns
