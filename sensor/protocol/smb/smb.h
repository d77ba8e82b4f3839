#pragma once

#include <memory>

#include "protocol/parser.h"

namespace outspan::protocol::smb {

/// SMB 1 to 3 on TCP, with or without NetBIOS (MS-SMB2, MS-CIFS; RFC 1002). What is written and
/// read is an object a file and direction, "WRITE dir\name", with the share as its source and the
/// user of the log-on (NTLM; what Kerberos hides is not known). Paths, shares and new names of
/// files are lines of the object "smb session". Encrypted messages are `encrypted` where they look
/// so, compressed ones `opaque`. Of SMB 1 the first command of a message is understood, with names
/// in UTF-16; what it writes and reads in other ways (TRANS2, WRITE_RAW) is searched as it is.
///
/// Joined in the middle, or after a hole, a side is understood from its next message on.
/// Bound: kWholeBytesMax of a command a side, 1,024 open requests, 256 files that are written or
/// read at a time; early blocks as FileWriter.
Claim recognise(const Opening& opening) noexcept;
std::unique_ptr<StreamParser> make(StreamHost& host) noexcept;

}  // namespace outspan::protocol::smb
