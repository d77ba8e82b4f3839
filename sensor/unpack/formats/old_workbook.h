#pragma once

#include "core/bytes.h"
#include "unpack/worker/output.h"

namespace outspan::unpack {

/// The sheets of an xls of Excel 97 to 2003 ([MS-XLS]) as members: a row is a line, its cells are
/// separated by tabs. `workbook` is the stream of this name. What is damaged ends it: the stream is
/// searched as bytes as well.
void unpack_old_workbook(Bytes workbook, Output& output);

}  // namespace outspan::unpack
