#pragma once

#include <string_view>

#include "core/bytes.h"
#include "unpack/pool/outcome.h"
#include "unpack/worker/output.h"

namespace outspan::unpack {

/// RTF 1.9.1. The text is a member `name`: paragraphs and rows of tables are lines, cells are
/// separated by tabs. What does not stand in the flow of the text (footnotes, properties, targets
/// of links, destinations that nobody knows) follows the line that it stands in. Objects and
/// pictures are members as they are; the text goes on in another member `name`.
Outcome unpack_rtf(Bytes file, Output& output, std::string_view name = "text");

}  // namespace outspan::unpack
