#include "protocol/shared/inflater.h"

#define ZLIB_CONST
#include <zlib.h>

#include <array>
#include <vector>

namespace outspan::protocol {
namespace {

constexpr std::size_t kOutBytes = 16 * 1024;
constexpr std::uint64_t kMiB = 1024 * 1024;
/// Below this no ratio is asked about (Limits::expansion_ratio).
constexpr std::uint64_t kFreeBytes = 64 * kMiB;
constexpr int kWindowBits = 15;

}  // namespace

struct Inflater::Stream {
  z_stream zlib{};
  bool ready = false;
};

Inflater::Inflater(Format format, const config::Limits& limits) noexcept
    : stream_(std::make_unique<Stream>()), format_(format), count_(limits) {
  const int bits = format == Format::raw ? -kWindowBits : kWindowBits;
  stream_->ready = inflateInit2(&stream_->zlib, bits) == Z_OK;
}

Inflater::~Inflater() {
  if (stream_->ready) inflateEnd(&stream_->zlib);
}

void Inflater::reset() noexcept {
  if (stream_->ready) inflateReset(&stream_->zlib);
  ended_ = false;
}

ExpansionCount::ExpansionCount(const config::Limits& limits) noexcept
    : ratio_max_(limits.expansion_ratio), out_max_(limits.expanded_mib * kMiB) {}

bool ExpansionCount::came_out(std::uint64_t bytes) noexcept {
  out_ += bytes;
  return out_ <= out_max_ && (out_ <= kFreeBytes || out_ / ratio_max_ <= in_);
}

Inflater::Outcome Inflater::finish_message(const Output& output) noexcept {
  static constexpr std::array<std::uint8_t, 4> kTail{0x00, 0x00, 0xff, 0xff};
  return inflate_all(kTail, output);
}

Inflater::Outcome Inflater::feed(Bytes compressed, const Output& output) noexcept {
  count_.went_in(compressed.size());
  return inflate_all(compressed, output);
}

Inflater::Outcome Inflater::inflate_all(Bytes compressed, const Output& output) noexcept {
  unused_bytes_ = 0;
  if (!stream_->ready) return Outcome::damaged;
  z_stream& zlib = stream_->zlib;
  std::array<std::uint8_t, kOutBytes> buffer;
  zlib.next_in = compressed.data();
  zlib.avail_in = static_cast<uInt>(compressed.size());
  do {
    zlib.next_out = buffer.data();
    zlib.avail_out = static_cast<uInt>(buffer.size());
    const int result = inflate(&zlib, Z_SYNC_FLUSH);
    const std::size_t made = buffer.size() - zlib.avail_out;
    if (made > 0) output(Bytes(buffer).first(made));
    if (!count_.came_out(made)) return Outcome::limit;
    if (result == Z_STREAM_END) {
      if (format_ == Format::zlib) {
        ended_ = true;
        unused_bytes_ = zlib.avail_in;
        return Outcome::ok;
      }
      next_stream();
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      return Outcome::damaged;
    }
  } while (zlib.avail_in > 0 || zlib.avail_out == 0);
  return Outcome::ok;
}

/// A block that says it is the last (RFC 7692, 7.2.3.5): what follows may refer back behind it.
void Inflater::next_stream() noexcept {
  z_stream& zlib = stream_->zlib;
  std::vector<std::uint8_t> window(32 * 1024);
  uInt size = 0;
  inflateGetDictionary(&zlib, window.data(), &size);
  inflateReset(&zlib);
  if (size > 0) inflateSetDictionary(&zlib, window.data(), size);
}

}  // namespace outspan::protocol
