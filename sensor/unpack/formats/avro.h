#pragma once

#include "core/bytes.h"
#include "unpack/pool/outcome.h"
#include "unpack/worker/output.h"

namespace outspan::unpack {

/// Avro object container files (Avro 1.11, "Object Container Files"): a record is a line, its
/// fields are separated by tabs. Codecs: null, deflate, snappy, bzip2, xz, zstandard, and lzma,
/// which only Avro C writes. libavro parses the schema; it gets nothing else of the file.
Outcome unpack_avro(Bytes file, Output& output);

}  // namespace outspan::unpack
