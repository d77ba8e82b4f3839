#pragma once

#include <memory>

#include "protocol/parser.h"

namespace outspan::protocol::tls {

/// TLS and SSL 3 records on TCP. Their bytes become `encrypted` once a hello, or three records in
/// a row, proved the framing. Each later record header is checked: what does not fit any more is
/// inspected.
Claim recognise(const Opening& opening) noexcept;
std::unique_ptr<StreamParser> make(StreamHost& host) noexcept;

}  // namespace outspan::protocol::tls
