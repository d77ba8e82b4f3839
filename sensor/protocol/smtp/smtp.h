#pragma once

#include <memory>

#include "protocol/parser.h"

namespace outspan::protocol {

/// SMTP and LMTP (RFC 5321, 2033) with pipelining, BDAT, AUTH and STARTTLS. Each mail is an object
/// "mail"; the commands and the replies are objects "smtp session".
Claim recognise_smtp(const Opening& opening) noexcept;
std::unique_ptr<StreamParser> make_smtp(ParserHost& host) noexcept;

}  // namespace outspan::protocol
