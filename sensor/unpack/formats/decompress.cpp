#include "unpack/formats/decompress.h"

#include <archive.h>
#include <archive_entry.h>
#include <lzma.h>
#include <snappy-c.h>
#include <zlib.h>

#include <memory>
#include <string>
#include <vector>

#include "core/handle.h"
#include "unpack/pool/outcome.h"
#include "unpack/worker/output.h"

namespace outspan::unpack {
namespace {

using Take = std::function<void(Bytes)>;
using Reader = CHandle<::archive, archive_read_free>;
using Inflater = CHandle<z_stream, inflateEnd>;
using LzmaDecoder = CHandle<lzma_stream, lzma_end>;
using Buffer = std::vector<std::uint8_t>;

constexpr std::size_t kPieceBytes = 64 << 10;

/// Avro's own Python leaves three bytes of zlib's checksum behind the stream.
bool inflate_raw(Bytes packed, const Take& take) {
  constexpr uInt kChecksumBytes = 4;
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw Stop{Outcome::memory};
  const Inflater end(&stream);
  stream.next_in = const_cast<std::uint8_t*>(packed.data());  // read only, whatever its type says
  stream.avail_in = static_cast<uInt>(packed.size());
  Buffer piece(kPieceBytes);
  int result = Z_OK;
  while (result == Z_OK) {
    stream.next_out = piece.data();
    stream.avail_out = static_cast<uInt>(piece.size());
    result = inflate(&stream, Z_NO_FLUSH);
    take(Bytes(piece).first(piece.size() - stream.avail_out));
  }
  return result == Z_STREAM_END && stream.avail_in <= kChecksumBytes;
}

bool unsnappy(Bytes packed, const Take& take) {
  constexpr std::size_t kChecksumBytes = 4;
  constexpr std::size_t kRatioMax = 64;  // a copy of 64 bytes takes two or three
  if (packed.size() < kChecksumBytes) return false;
  const std::string_view block = as_text(packed.first(packed.size() - kChecksumBytes));
  std::size_t size = 0;
  if (snappy_uncompressed_length(block.data(), block.size(), &size) != SNAPPY_OK ||
      size > block.size() * kRatioMax)
    return false;
  std::string plain(size, '\0');
  if (snappy_uncompress(block.data(), block.size(), plain.data(), &size) != SNAPPY_OK) return false;
  take(as_bytes(plain));
  const auto sum = crc32_z(0, as_bytes(plain).data(), plain.size());
  return ByteCursor(packed.last(kChecksumBytes)).u32() == sum;
}

bool unpack_lzma2(Bytes packed, const Take& take) {
  lzma_options_lzma options{};
  lzma_lzma_preset(&options, LZMA_PRESET_DEFAULT);
  const lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, nullptr}};
  lzma_stream stream = LZMA_STREAM_INIT;
  if (lzma_raw_decoder(&stream, filters) != LZMA_OK) throw Stop{Outcome::memory};
  const LzmaDecoder end(&stream);
  stream.next_in = packed.data();
  stream.avail_in = packed.size();
  Buffer piece(kPieceBytes);
  lzma_ret result = LZMA_OK;
  while (result == LZMA_OK) {
    stream.next_out = piece.data();
    stream.avail_out = piece.size();
    result = lzma_code(&stream, LZMA_RUN);
    take(Bytes(piece).first(piece.size() - stream.avail_out));
  }
  return result == LZMA_STREAM_END && stream.avail_in == 0;
}

/// By one filter of libarchive. It is named, not found: else what is inside would be unpacked as
/// well where it looks compressed.
bool unpack_filter(int filter, Bytes packed, const Take& take) {
  const Reader reader(archive_read_new());
  if (reader == nullptr || archive_read_append_filter(reader.get(), filter) != ARCHIVE_OK ||
      archive_read_set_format(reader.get(), ARCHIVE_FORMAT_RAW) != ARCHIVE_OK)
    throw Stop{Outcome::memory};
  if (archive_read_open_memory(reader.get(), packed.data(), packed.size()) != ARCHIVE_OK)
    return false;
  archive_entry* entry = nullptr;
  int result = archive_read_next_header(reader.get(), &entry);
  while (result == ARCHIVE_OK) {
    const void* block = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    result = archive_read_data_block(reader.get(), &block, &size, &offset);
    if (result == ARCHIVE_OK && size != 0)
      take(Bytes(static_cast<const std::uint8_t*>(block), size));
  }
  return result == ARCHIVE_EOF;
}

}  // namespace

bool decompress(Compression compression, Bytes packed, const Take& take) {
  switch (compression) {
    case Compression::none: take(packed); return true;
    case Compression::deflate: return inflate_raw(packed, take);
    case Compression::snappy: return unsnappy(packed, take);
    case Compression::lzma2: return unpack_lzma2(packed, take);
    case Compression::lzma: return unpack_filter(ARCHIVE_FILTER_LZMA, packed, take);
    case Compression::bzip2: return unpack_filter(ARCHIVE_FILTER_BZIP2, packed, take);
    case Compression::xz: return unpack_filter(ARCHIVE_FILTER_XZ, packed, take);
    case Compression::zstd: return unpack_filter(ARCHIVE_FILTER_ZSTD, packed, take);
  }
  return false;
}

}  // namespace outspan::unpack
