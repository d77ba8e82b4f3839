#pragma once

#include <memory>

#include "protocol/parser.h"

namespace outspan::protocol::imap {

/// IMAP (RFC 9051, and RFC 3501 before it). Messages that are fetched or appended are objects
/// "mail", with the user, and the mailbox as the source; one that is fetched in pieces after each
/// other is one object. Everything else is an object "imap session" for each inspected side.
/// Passwords are neither kept nor searched. After COMPRESS=DEFLATE (RFC 4978) both sides are
/// inflated; after STARTTLS the rest is recognised anew, where it is TLS.
/// Bound: a line a side; 44 KiB a side that is compressed.
Claim recognise(const Opening& opening) noexcept;
std::unique_ptr<StreamParser> make(StreamHost& host) noexcept;

}  // namespace outspan::protocol::imap
