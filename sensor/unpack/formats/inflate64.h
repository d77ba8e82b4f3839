#pragma once

#include <functional>

#include "core/bytes.h"

namespace outspan::unpack {

/// Deflate64, method 9 of zip: deflate (RFC 1951) with a window of 64 KiB, two more distances and
/// one much longer length. Windows writes it into zips of more than 2 GiB; neither zlib nor
/// libarchive reads it. Reads up to its own end, which may be before that of `compressed`, and
/// hands on what comes out in pieces. false: damaged or cut short.
bool inflate64(Bytes compressed, const std::function<void(Bytes)>& take);

}  // namespace outspan::unpack
