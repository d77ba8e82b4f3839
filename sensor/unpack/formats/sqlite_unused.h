#pragma once

#include "core/bytes.h"
#include "unpack/worker/output.h"

namespace outspan::unpack {

/// Hands on as Output::rest what a SQLite database holds besides its rows: deleted rows in free
/// pages and in unused parts of pages, and what stands after the last page (SQLite's "Database
/// File Format", 1.3, 1.5 and 1.6). Where SQLite has moved rows their old places are among it, so
/// that some are found twice. Nothing is handed on that is only zeros.
void write_sqlite_unused(Bytes file, Output& output);

}  // namespace outspan::unpack
