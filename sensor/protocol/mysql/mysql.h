#pragma once

#include <memory>

#include "protocol/parser.h"

namespace outspan::protocol::mysql {

/// The protocol of MySQL 8.0 and MariaDB 10.11 (their manuals, "Client/Server Protocol"), also
/// compressed with zlib or zstd. Rows of results and values that are bound to statements are
/// objects named by what was asked ("SELECT crm.customers"), with the user, the schema and the
/// client program; a line with the names of columns stands before rows. A file of LOAD DATA LOCAL
/// is an object with its name. What else is said is text of the object "mysql session". Passwords
/// are left out. After a request for TLS the rest is recognised anew.
///
/// Joined in the middle, or after a hole, a side is understood from its next row or statement on
/// that proves itself; until then it is searched as it is.
/// Bound: kWholeBytesMax of a packet a side, 256 prepared statements, a window of what
/// decompresses.
Claim recognise(const Opening& opening) noexcept;
std::unique_ptr<StreamParser> make(StreamHost& host) noexcept;

}  // namespace outspan::protocol::mysql
