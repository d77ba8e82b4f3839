#pragma once

#include "core/bytes.h"
#include "unpack/pool/outcome.h"
#include "unpack/worker/output.h"

namespace outspan::unpack {

/// OLE2 compound files: doc, xls, ppt, msg. The text of a doc and each sheet of an xls is a member;
/// so is each stream as it is, its sectors put together: the text of a ppt stands in them in clear,
/// the attachments of a msg are streams. The RTF body of a msg is read as text.
Outcome unpack_ole(Bytes file, Output& output);

}  // namespace outspan::unpack
