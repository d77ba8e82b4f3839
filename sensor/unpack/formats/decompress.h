#pragma once

#include <cstdint>
#include <functional>

#include "core/bytes.h"

namespace outspan::unpack {

enum class Compression : std::uint8_t {
  none,
  deflate,  ///< RFC 1951, without a header
  snappy,   ///< a block, and the checksum of its text (CRC-32, big-endian) that Avro puts after it
  lzma2,    ///< without a header, as Avro C writes it
  lzma,     ///< with the header of lzma_alone
  bzip2,
  xz,
  zstd,
};

/// What is inside a container whose framing is read here: all of `packed` is one stream, or several
/// where the format permits that. Hands on what comes out in pieces. false: damaged or cut short;
/// what came out before was handed on.
bool decompress(Compression compression, Bytes packed, const std::function<void(Bytes)>& take);

}  // namespace outspan::unpack
