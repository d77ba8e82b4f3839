#pragma once

#include "core/bytes.h"
#include "unpack/pool/outcome.h"
#include "unpack/worker/output.h"

namespace outspan::unpack {

/// Each table of an SQLite file is a member, its rows are lines, its cells separated by tabs.
Outcome unpack_sqlite(Bytes file, Output& output);

}  // namespace outspan::unpack
