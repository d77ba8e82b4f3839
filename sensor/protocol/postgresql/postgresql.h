#pragma once

#include <memory>

#include "protocol/parser.h"

namespace outspan::protocol::postgresql {

/// PostgreSQL's protocol 3 (PostgreSQL 15, chapter 55). Rows of results, of COPY, and values that
/// are bound to statements are objects named by their statement ("SELECT customers"), with the
/// user, the database and the client program; a line with the names of columns stands before rows.
/// What else is said is text of the object "postgresql session". Passwords are left out. After
/// SSLRequest the rest is recognised anew.
///
/// Joined in the middle, or after a hole, a side is understood from its next message on that proves
/// itself; until then it is searched as it is.
/// Bound: kWholeBytesMax of a message a side, 256 statements, portals and open requests each.
Claim recognise(const Opening& opening) noexcept;
std::unique_ptr<StreamParser> make(StreamHost& host) noexcept;

}  // namespace outspan::protocol::postgresql
