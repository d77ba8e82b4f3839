#include "unpack/formats/avro.h"

#include <avro.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "core/handle.h"
#include "unpack/formats/avro_values.h"
#include "unpack/formats/decompress.h"

namespace outspan::unpack {
namespace {

using namespace std::string_view_literals;
using Schema = CHandle<avro_obj_t, avro_schema_decref>;

struct Codec {
  std::string_view name;
  Compression compression;
};

constexpr Codec kCodecs[] = {
    {"null", Compression::none},     {"deflate", Compression::deflate},
    {"snappy", Compression::snappy}, {"bzip2", Compression::bzip2},
    {"xz", Compression::xz},         {"zstandard", Compression::zstd},
    {"lzma", Compression::lzma2},
};

struct Header {
  std::string_view schema;
  std::string_view codec = "null";
  Bytes sync;
};

std::string_view sized(ByteCursor& in) noexcept {
  const std::int64_t size = avro_long(in);
  return as_text(in.take(static_cast<std::size_t>(size)));  // a negative one is too large
}

/// A map of bytes, in blocks as maps are, between the mark and 16 bytes that end each block.
Header read_header(ByteCursor& in) noexcept {
  Header header;
  if (as_text(in.take(4)) != "Obj\x01"sv) in.skip(SIZE_MAX);
  for (std::int64_t count = avro_long(in); count != 0 && in.ok(); count = avro_long(in)) {
    if (count < 0) avro_long(in);  // of its bytes
    for (std::uint64_t left = count < 0 ? 0 - static_cast<std::uint64_t>(count)
                                        : static_cast<std::uint64_t>(count);
         left > 0 && in.ok(); --left) {
      const std::string_view key = sized(in);
      const std::string_view value = sized(in);
      if (key == "avro.schema") header.schema = value;
      if (key == "avro.codec") header.codec = value;
    }
  }
  header.sync = in.take(16);
  return header;
}

/// Its records, block by block.
class Blocks {
 public:
  Blocks(Schema schema, Compression compression, Output& output) noexcept
      : schema_(std::move(schema)), compression_(compression), output_(output) {}

  /// false: damaged. One damaged block does not end it, unless it is not known where it ends: then
  /// what follows is handed on as it is.
  bool read(ByteCursor& in, Bytes sync) {
    bool good = true;
    while (in.left() > 0) {
      const Bytes rest = in.rest();
      const std::int64_t count = avro_long(in);
      const std::int64_t size = avro_long(in);
      if (!in.ok() || count < 0 || size < 0) return give_up(rest);
      const std::size_t there = std::min(static_cast<std::size_t>(size), in.left());
      good = block(count, in.take(there)) && good;
      const Bytes behind = in.rest();
      if (as_text(in.take(sync.size())) != as_text(sync)) return give_up(behind);
    }
    return good;
  }

 private:
  bool give_up(Bytes rest) {
    if (!rest.empty()) output_.rest(rest);
    return false;
  }

  bool block(std::int64_t count, Bytes packed) {
    if (compression_ == Compression::none)
      return write_avro_values(schema_.get(), count, packed, output_);
    std::string values;
    const bool whole = decompress(compression_, packed, [&](Bytes bytes) { add(bytes, values); });
    return write_avro_values(schema_.get(), count, as_bytes(values), output_) && whole;
  }

  /// A block is held whole. Programs make them of 16 KiB to some MiB; one that is much larger, and
  /// many of which hardly anything comes, are bombs.
  void add(Bytes bytes, std::string& values) {
    constexpr std::size_t kBlockBytesMax = 256 << 20;
    constexpr std::uint64_t kAlwaysRead = 64 << 20, kBytesForOne = 256;
    unpacked_ += bytes.size();
    if (values.size() + bytes.size() > kBlockBytesMax ||
        (unpacked_ - values.size() > kAlwaysRead &&
         (unpacked_ - values.size()) / kBytesForOne > output_.bytes()))
      throw Stop{Outcome::expansion};
    values += as_text(bytes);
  }

  Schema schema_;
  Compression compression_;
  Output& output_;
  std::uint64_t unpacked_ = 0;
};

}  // namespace

Outcome unpack_avro(Bytes file, Output& output) {
  ByteCursor in(file);
  const Header header = read_header(in);
  if (!in.ok()) return Outcome::damaged;
  const auto* codec = std::find_if(std::begin(kCodecs), std::end(kCodecs),
                                   [&](const Codec& known) { return known.name == header.codec; });
  if (codec == std::end(kCodecs)) return Outcome::unsupported;
  avro_schema_t parsed = nullptr;
  if (avro_schema_from_json_length(header.schema.data(), header.schema.size(), &parsed) != 0)
    return Outcome::damaged;
  output.begin("records");
  const bool good = Blocks(Schema(parsed), codec->compression, output).read(in, header.sync);
  output.end();
  return good ? Outcome::opened : Outcome::damaged;
}

}  // namespace outspan::unpack
