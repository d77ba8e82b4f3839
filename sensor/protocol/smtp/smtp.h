#pragma once

#include <memory>

#include "protocol/parser.h"

namespace outspan::protocol::smtp {

/// SMTP and LMTP (RFC 5321, 2033) with pipelining, BDAT, AUTH and STARTTLS. Each mail is an object
/// "mail"; the commands and the replies are objects "smtp session".
Claim recognise(const Opening& opening) noexcept;
std::unique_ptr<StreamParser> make(StreamHost& host) noexcept;

}  // namespace outspan::protocol::smtp
