#pragma once

#include "core/bytes.h"
#include "unpack/pool/kind.h"
#include "unpack/pool/outcome.h"
#include "unpack/worker/output.h"

namespace outspan::unpack {

/// Everything but PDF: the parser of outspan-unpack.
Outcome unpack_file(Kind kind, Bytes file, Output& output);

}  // namespace outspan::unpack
