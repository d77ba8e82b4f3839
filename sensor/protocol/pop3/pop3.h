#pragma once

#include <memory>

#include "protocol/parser.h"

namespace outspan::protocol::pop3 {

/// POP3 (RFC 1939), as far as the mails that are fetched need it: what RETR and TOP give are
/// objects "mail" of the server's side, everything else is an object "pop3 session" for each
/// inspected side. The user is the one of USER, APOP or AUTH (RFC 5034); passwords are neither kept
/// nor searched. After STLS (RFC 2595) the rest is recognised anew, where it is TLS.
///
/// Which reply has a mail is decided by the order of commands, and where a command was lost by a
/// mail's header after a reply.
/// Bound: a line a side, 256 commands without a reply.
Claim recognise(const Opening& opening) noexcept;
std::unique_ptr<StreamParser> make(StreamHost& host) noexcept;

}  // namespace outspan::protocol::pop3
