#pragma once

#include <optional>

#include "content/chain/opener.h"

/// Bytes that are compressed as one stream, read on the way.
namespace outspan::content {

/// By Content-Encoding and its like: undoes the last of the codings. nullopt: there are none.
std::optional<Opened> open_coding(const Opening& opening) noexcept;
/// Streams without a mark, recognised by trying: zlib (RFC 1950) by its header, raw deflate,
/// brotli, iWork, blocks of LZ4 and Snappy by the name of the file, and all of these but brotli and
/// iWork where they begin with text or a file. nullopt: it is something else.
std::optional<Opened> open_unmarked(const Opening& opening) noexcept;

Opened open_gzip(const Opening& opening) noexcept;
Opened open_zstd(const Opening& opening) noexcept;
Opened open_snappy(const Opening& opening) noexcept;

}  // namespace outspan::content
