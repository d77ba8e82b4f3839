#pragma once

#include <cstdint>
#include <memory>

#include "content/chain/decompressor.h"

/// Codings of matches and literals without entropy: their libraries want a whole block, and these
/// read it as it comes.
namespace outspan::content {

/// A block of LZ4 without a frame (lz4_Block_format.md). It has no end of its own.
std::unique_ptr<Decompressor> make_lz4_block() noexcept;

/// A block of Snappy (format_description.txt).
std::unique_ptr<Decompressor> make_snappy() noexcept;
/// Blocks of Snappy in chunks (framing_format.txt); checksums are passed over.
std::unique_ptr<Decompressor> make_snappy_framed() noexcept;
/// Blocks of Snappy in chunks without marks and checksums: the parts of Apple's iWork documents.
std::unique_ptr<Decompressor> make_iwa() noexcept;

}  // namespace outspan::content
