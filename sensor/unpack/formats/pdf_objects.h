#pragma once

#include <cstdint>

#include "core/bytes.h"
#include "unpack/worker/output.h"

namespace outspan::unpack {

/// Hands on as Output::rest what of a PDF may hold comments, in a file that libqpdf does not read:
/// all that stands outside of streams, and object streams (ISO 32000-1, 7.5.7) as they are. Returns
/// how many bytes that is.
std::uint64_t write_pdf_objects(Bytes file, Output& output);

}  // namespace outspan::unpack
