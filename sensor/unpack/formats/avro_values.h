#pragma once

#include <cstdint>

#include "core/bytes.h"
#include "unpack/worker/output.h"

/// Forward declaration of libavro's schema.
struct avro_obj_t;

namespace outspan::unpack {

/// A zig-zag integer of at most ten bytes (Avro 1.11, "Primitive Types"). One that is longer fails
/// the cursor.
std::int64_t avro_long(ByteCursor& in) noexcept;

/// The text of `count` values that follow one another: a line each, the fields of a record
/// separated by tabs. libavro's own reader believes the counts of arrays and maps, and is busy for
/// hours with a few bytes of a file; here nothing is taken that has no bytes, and nothing is
/// allocated. false: damaged, or nested too deep; from there on they were written as they are.
/// Errors: Stop, at a limit of `output`.
bool write_avro_values(avro_obj_t* schema, std::int64_t count, Bytes values, Output& output);

}  // namespace outspan::unpack
