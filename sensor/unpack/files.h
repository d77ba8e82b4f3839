#pragma once

#include "core/bytes.h"
#include "unpack/kind.h"
#include "unpack/outcome.h"
#include "unpack/output.h"

namespace outspan::unpack {

/// Everything but PDF: the parser of outspan-unpack.
Outcome unpack_file(Kind kind, Bytes file, Output& output);

}  // namespace outspan::unpack
