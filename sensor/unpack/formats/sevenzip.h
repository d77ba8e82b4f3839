#pragma once

#include <optional>
#include <string>

#include "core/bytes.h"

namespace outspan::unpack {

/// libarchive 3.6 knows the names and sizes in a 7z archive with deflate64, but not the method.
/// This is the archive written again, with the streams of that method stored, and everything else
/// as it was. nullopt: there are none, or the headers are not what 7-Zip's 7zFormat.txt says;
/// libarchive reports that better. A damaged stream ends where the damage is. Deflate64 after a
/// filter is left alone. Errors: Stop with Outcome::expansion, where a stream is too large to be
/// held.
std::optional<std::string> with_deflate64_stored(Bytes archive);

}  // namespace outspan::unpack
