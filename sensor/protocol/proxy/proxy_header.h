#pragma once

#include <memory>

#include "protocol/parser.h"

namespace outspan::protocol::proxy {

/// The PROXY protocol, versions 1 and 2 (haproxy/haproxy doc/proxy-protocol.txt): a line or a
/// binary header that a load balancer puts before a connection, with the client's own address.
Claim recognise_header(const Opening& opening) noexcept;
std::unique_ptr<StreamParser> make_header(StreamHost& host) noexcept;

}  // namespace outspan::protocol::proxy
