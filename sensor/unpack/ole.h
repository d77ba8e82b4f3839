#pragma once

#include "core/bytes.h"
#include "unpack/outcome.h"
#include "unpack/output.h"

namespace outspan::unpack {

/// OLE2 compound files: doc, xls, ppt, msg. Each stream is a member as it is, its sectors put
/// together: the text of a doc and the strings of an xls stand in them in clear, the attachments of
/// a msg are streams.
Outcome unpack_ole(Bytes file, Output& output);

}  // namespace outspan::unpack
