#pragma once

#include "core/bytes.h"
#include "unpack/pool/outcome.h"
#include "unpack/worker/output.h"

namespace outspan::unpack {

/// To be called before the process is locked in: opens what is read from files later.
void prepare_pdf();
/// A member of text for the properties and for each page, in the page's layout, so that the row of
/// a table is a line; comments (pdf_comments.h); attached files as they are. A password for the
/// owner only keeps nothing back.
Outcome unpack_pdf(Bytes file, Output& output);

}  // namespace outspan::unpack
