#pragma once

#include <memory>

#include "protocol/parser.h"

namespace outspan::protocol::proxy {

/// SOCKS 4, 4a and 5 (RFC 1928) with user name and password (RFC 1929): the client asks a proxy for
/// a connection, and what follows the answer is that connection. Claimed once the request was
/// granted: the client's first bytes alone prove nothing.
Claim recognise_socks(const Opening& opening) noexcept;
std::unique_ptr<StreamParser> make_socks(StreamHost& host) noexcept;

}  // namespace outspan::protocol::proxy
