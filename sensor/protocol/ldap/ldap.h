#pragma once

#include <memory>

#include "protocol/parser.h"

namespace outspan::protocol::ldap {

/// LDAP (RFC 4511). Entries that a search found are objects "SEARCH dc=example,dc=net", entries and
/// changes that are sent "ADD", "MODIFY", everything else "ldap session"; an attribute a line, its
/// values apart. The user is the name of the bind; passwords are left out. After StartTLS the rest
/// is recognised anew. Buffers of a SASL security layer are `encrypted` where they look so; what is
/// only signed is read.
///
/// Joined in the middle, or after a hole, a side is understood from its next message on.
/// Bound: kWholeBytesMax of a message, and 1 KiB of a value, a side; 256 searches.
Claim recognise(const Opening& opening) noexcept;
std::unique_ptr<StreamParser> make(StreamHost& host) noexcept;

}  // namespace outspan::protocol::ldap
