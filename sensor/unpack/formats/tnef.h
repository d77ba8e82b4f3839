#pragma once

#include "core/bytes.h"
#include "unpack/pool/outcome.h"
#include "unpack/worker/output.h"

namespace outspan::unpack {

/// winmail.dat, in which Outlook wraps mails ([MS-OXTNEF]). The attachments are members with their
/// names, as they are, a message in a message too; "body" is the text of the RTF body, "body.html"
/// as it is; all other text is in "message", a property a line, a recipient a line.
Outcome unpack_tnef(Bytes file, Output& output);

}  // namespace outspan::unpack
