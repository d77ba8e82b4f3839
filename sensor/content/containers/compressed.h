#pragma once

#include <optional>

#include "content/chain/opener.h"

/// Bytes that are compressed as one stream, read on the way.
namespace outspan::content {

/// By Content-Encoding and its like: undoes the last of the codings. nullopt: there are none.
std::optional<Opened> open_coding(const Opening& opening) noexcept;

Opened open_gzip(const Opening& opening) noexcept;
Opened open_zstd(const Opening& opening) noexcept;

}  // namespace outspan::content
