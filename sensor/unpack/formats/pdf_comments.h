#pragma once

#include "core/bytes.h"
#include "unpack/worker/output.h"

namespace outspan::unpack {

/// A member "comments": what the annotations of the pages hold that is not drawn on the page
/// (ISO 32000-1, 12.5), an annotation a line, its entries separated by tabs: contents, author,
/// subject, rich text without its tags, links, scripts, and values and descriptions of form fields.
/// Looks at 100,000 objects at most; no member if there is nothing.
/// false: libqpdf cannot read the file, or there are more objects. Errors: Stop at a limit.
bool pdf_comments(Bytes file, Output& output);

}  // namespace outspan::unpack
