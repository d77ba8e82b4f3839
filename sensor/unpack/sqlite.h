#pragma once

#include "core/bytes.h"
#include "unpack/outcome.h"
#include "unpack/output.h"

namespace outspan::unpack {

/// Each table of an SQLite file is a member, its rows are lines, its cells separated by tabs.
Outcome unpack_sqlite(Bytes file, Output& output);

}  // namespace outspan::unpack
