#include "unpack/formats/sevenzip.h"

#include <zlib.h>

#include <algorithm>
#include <bit>
#include <string_view>
#include <vector>

#include "unpack/formats/decompress.h"
#include "unpack/formats/inflate64.h"
#include "unpack/pool/outcome.h"
#include "unpack/worker/output.h"

namespace outspan::unpack {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kMark = "7z\xbc\xaf\x27\x1c"sv;
constexpr std::size_t kSignatureBytes = 32;
constexpr std::uint64_t kStreamsMax = 100'000;
/// A worker holds the file, what comes out of it and what libarchive needs.
constexpr std::size_t kUnpackedMax = 256 << 20;

enum Property : std::uint8_t {
  kEnd = 0,
  kHeader = 1,
  kMainStreams = 4,
  kPackInfo = 6,
  kUnpackInfo = 7,
  kSizes = 9,
  kChecksums = 10,
  kFolders = 11,
  kUnpackSizes = 12,
  kEncodedHeader = 23,
};

/// As many of the high bits of the first byte as are set say how many bytes follow it.
std::uint64_t number(ByteCursor& in) noexcept {
  const std::uint8_t first = in.u8();
  std::uint64_t value = 0;
  std::uint8_t mask = 0x80;
  for (int shift = 0; shift < 64; shift += 8, mask >>= 1) {
    if ((first & mask) == 0) return value | static_cast<std::uint64_t>(first & (mask - 1)) << shift;
    value |= static_cast<std::uint64_t>(in.u8()) << shift;
  }
  return value;
}

void fail(ByteCursor& in) noexcept { in.skip(SIZE_MAX); }

/// Of things that are then read one by one.
std::uint64_t count(ByteCursor& in) noexcept {
  const std::uint64_t found = number(in);
  if (found > kStreamsMax) fail(in);
  return in.ok() ? found : 0;
}

void expect(ByteCursor& in, Property property) noexcept {
  if (in.u8() != property) fail(in);
}

std::string little_endian(std::uint64_t value, int bytes) {
  std::string text;
  for (; bytes > 0; --bytes, value >>= 8) text += static_cast<char>(value);
  return text;
}

/// A number in its longest form.
std::string nine_bytes(std::uint64_t value) { return '\xff' + little_endian(value, 8); }

struct Folder {
  Bytes described;            // as it stands there
  std::string_view method;    // of its only coder; empty: it has several
  Bytes properties;           // of that coder
  std::uint64_t streams = 1;  // packed ones
};

Folder read_folder(ByteCursor& in) noexcept {
  Folder folder;
  const Bytes begin = in.rest();
  const std::uint64_t coders = count(in);
  std::uint64_t inputs = 0, outputs = 0;
  for (std::uint64_t i = 0; i < coders && in.ok(); ++i) {
    const std::uint8_t flags = in.u8();
    folder.method = as_text(in.take(flags & 0x0f));
    const bool many = (flags & 0x10) != 0;
    inputs += many ? count(in) : 1;
    outputs += many ? count(in) : 1;
    folder.properties = (flags & 0x20) != 0 ? in.take(count(in)) : Bytes();
  }
  if (coders != 1 || inputs != 1 || outputs != 1) folder.method = {};
  if (outputs == 0 || inputs + 1 < outputs) fail(in);
  if (!in.ok()) return folder;
  folder.streams = inputs - (outputs - 1);
  const std::uint64_t numbers = 2 * (outputs - 1) + (folder.streams > 1 ? folder.streams : 0);
  for (std::uint64_t i = 0; i < numbers && in.ok(); ++i) number(in);
  folder.described = begin.first(begin.size() - in.left());
  return folder;
}

void skip_checksums(ByteCursor& in, std::size_t of) noexcept {
  std::size_t defined = of;
  if (in.u8() == 0) {
    defined = 0;
    for (const std::uint8_t byte : in.take((of + 7) / 8))
      defined += static_cast<std::size_t>(std::popcount(byte));
  }
  in.skip(defined * 4);
}

/// What is packed, up to the sizes of what comes out.
struct Streams {
  std::vector<Bytes> packed;
  std::vector<Folder> folders;
};

void read_packed(ByteCursor& in, Bytes archive, std::vector<Bytes>& packed) {
  expect(in, kPackInfo);
  ByteCursor data(archive);
  data.skip(kSignatureBytes);
  data.skip(number(in));
  packed.resize(count(in));
  expect(in, kSizes);
  for (Bytes& stream : packed) stream = data.take(number(in));
  if (!data.ok()) fail(in);
  std::uint8_t property = in.u8();
  if (property == kChecksums) {
    skip_checksums(in, packed.size());
    property = in.u8();
  }
  if (property != kEnd) fail(in);
}

Streams read_streams(ByteCursor& in, Bytes archive) {
  Streams streams;
  read_packed(in, archive, streams.packed);
  expect(in, kUnpackInfo);
  expect(in, kFolders);
  const std::uint64_t folders = count(in);
  if (in.u8() != 0) fail(in);  // they stand elsewhere
  std::uint64_t used = 0;
  for (std::uint64_t i = 0; i < folders && in.ok(); ++i) {
    streams.folders.push_back(read_folder(in));
    used += streams.folders.back().streams;
  }
  if (used != streams.packed.size()) fail(in);
  return streams;
}

void append(std::string& to, Bytes bytes) {
  if (to.size() + bytes.size() > kUnpackedMax) throw Stop{Outcome::expansion};
  to += as_text(bytes);
}

/// 7-Zip packs the header with LZMA. Empty: it is packed otherwise, too large, or damaged. A
/// dictionary that is larger than what comes out is memory that somebody wants wasted.
std::string unpack_header(ByteCursor in, Bytes archive) {
  constexpr std::uint64_t kHeaderMax = 64 << 20, kDictionaryMin = 4096;
  const Streams streams = read_streams(in, archive);
  expect(in, kUnpackSizes);
  const std::uint64_t size = number(in);
  if (!in.ok() || streams.folders.size() != 1 || streams.folders[0].method != "\x03\x01\x01"sv ||
      streams.folders[0].properties.size() != 5 || size > kHeaderMax)
    return {};
  const std::uint64_t dictionary = std::bit_ceil(std::max(size, kDictionaryMin));
  const std::string packed = static_cast<char>(streams.folders[0].properties[0]) +
                             little_endian(dictionary, 4) + little_endian(size, 8) +
                             std::string(as_text(streams.packed[0]));
  std::string header;
  decompress(Compression::lzma, as_bytes(packed), [&](Bytes bytes) { append(header, bytes); });
  return header.size() == size ? header : std::string();
}

/// The header, packed or not.
Bytes header_of(Bytes archive) noexcept {
  if (!as_text(archive).starts_with(kMark)) return {};
  ByteCursor in(archive);
  in.skip(12);
  const std::uint64_t offset = in.u64_le();
  const std::uint64_t size = in.u64_le();
  in.skip(4);
  in.skip(offset);
  return in.take(size);
}

std::string signature(std::size_t packed_bytes, std::string_view header) {
  const auto sum = [](std::string_view text) {
    return little_endian(crc32_z(0, as_bytes(text).data(), text.size()), 4);
  };
  const std::string start =
      little_endian(packed_bytes, 8) + little_endian(header.size(), 8) + sum(header);
  return std::string(kMark) + std::string("\0\4", 2) + sum(start) + start;
}

constexpr std::string_view kDeflate64 = "\x04\x01\x09"sv;

std::string written_again(const Streams& streams, Bytes rest_of_header) {
  std::string packed, sizes, folders;
  auto stream = streams.packed.begin();
  for (const Folder& folder : streams.folders) {
    const bool stored = folder.method == kDeflate64;
    folders += stored ? "\x01\x01\x00"sv : as_text(folder.described);  // one coder: copy
    for (std::uint64_t i = 0; i < folder.streams; ++i, ++stream) {
      const std::size_t before = packed.size();
      if (stored)
        inflate64(*stream, [&](Bytes bytes) { append(packed, bytes); });
      else
        append(packed, *stream);
      sizes += nine_bytes(packed.size() - before);
    }
  }
  const std::string header =
      std::string({kHeader, kMainStreams, kPackInfo, 0}) + nine_bytes(streams.packed.size()) +
      char{kSizes} + sizes + char{kEnd} + char{kUnpackInfo} + char{kFolders} +
      nine_bytes(streams.folders.size()) + '\0' + folders + std::string(as_text(rest_of_header));
  return signature(packed.size(), header) + packed + header;
}

}  // namespace

std::optional<std::string> with_deflate64_stored(Bytes archive) {
  const Bytes written = header_of(archive);
  ByteCursor in(written);
  std::string unpacked;
  if (!written.empty() && written[0] == kEncodedHeader) {
    unpacked = unpack_header(ByteCursor(written.subspan(1)), archive);
    in = ByteCursor(as_bytes(unpacked));
  }
  expect(in, kHeader);
  expect(in, kMainStreams);
  const Streams streams = read_streams(in, archive);
  const auto is_deflate64 = [](const Folder& folder) { return folder.method == kDeflate64; };
  if (!in.ok() || std::none_of(streams.folders.begin(), streams.folders.end(), is_deflate64))
    return std::nullopt;
  // What stands behind the archive stays there.
  const auto end = static_cast<std::size_t>(written.data() + written.size() - archive.data());
  return written_again(streams, in.rest()).append(as_text(archive.subspan(end)));
}

}  // namespace outspan::unpack
