#include "protocol/mysql/compressed_blocks.h"

#include <zstd.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "core/handle.h"

namespace outspan::protocol::mysql {
namespace {

constexpr std::uint8_t kZlib = 0x78, kZstd = 0x28;
/// Shorter ones are stored: MIN_COMPRESS_LENGTH.
constexpr std::uint32_t kCompressedFrom = 50;
/// What deflate makes of one byte at most.
constexpr std::uint64_t kRatioMax = 1032;
constexpr std::size_t kOutBytes = 16384;
/// Of what may come after the last byte came out: a checksum, an empty last block.
constexpr std::uint64_t kTailBytesMax = 8;

std::uint32_t number24(const std::uint8_t* bytes) noexcept {
  return bytes[0] | static_cast<std::uint32_t>(bytes[1]) << 8 |
         static_cast<std::uint32_t>(bytes[2]) << 16;
}

bool begins_zlib(const std::uint8_t* bytes) noexcept {
  return bytes[0] == kZlib && (bytes[0] * 256 + bytes[1]) % 31 == 0;
}

bool begins_zstd(const std::uint8_t* bytes) noexcept {
  return bytes[0] == kZstd && bytes[1] == 0xb5 && bytes[2] == 0x2f && bytes[3] == 0xfd;
}

}  // namespace

struct CompressedBlocks::Zstd {
  /// A block is at most so long, and a frame's window no longer than its content.
  static constexpr int kWindowLogMax = 24;
  explicit Zstd(const config::Limits& limits) noexcept : context(ZSTD_createDCtx()), count(limits) {
    ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kWindowLogMax);
  }
  CHandle<ZSTD_DCtx, ZSTD_freeDCtx> context;
  bool ended = false;  // the frame of the block
  ExpansionCount count;
};

CompressedBlocks::CompressedBlocks(StreamHost& host, Side side, Output output, Hole hole) noexcept
    : host_(host), side_(side), output_(std::move(output)), hole_(std::move(hole)) {}

CompressedBlocks::~CompressedBlocks() = default;

bool CompressedBlocks::begins(Bytes bytes) noexcept {
  if (bytes.size() < kHeaderBytes + 6) return false;
  const std::uint8_t* const body = bytes.data() + kHeaderBytes;
  const std::uint64_t packed = number24(bytes.data());
  const std::uint64_t plain = number24(bytes.data() + 4);
  if (plain == 0) {  // stored: a packet begins in it
    const bool fits = number24(body) + 4 <= packed && number24(body) > 0;
    return fits && body[3] == bytes[3];
  }
  if (plain < kCompressedFrom || packed < 6 || plain > packed * kRatioMax) return false;
  return begins_zlib(body) || begins_zstd(body);
}

void CompressedBlocks::data(Bytes bytes) noexcept {
  while (!bytes.empty()) {
    if (lost_) {
      search_block(bytes);
    } else if (left_ > 0) {
      const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
      left_ -= size;
      body(bytes.first(size));
      bytes = bytes.subspan(size);
    } else {
      const std::size_t size = std::min(kHeaderBytes - header_bytes_, bytes.size());
      std::copy_n(bytes.begin(), size, header_.begin() + header_bytes_);
      header_bytes_ += size;
      bytes = bytes.subspan(size);
      if (header_bytes_ == kHeaderBytes) begin_block();
    }
  }
}

void CompressedBlocks::begin_block() noexcept {
  host_.flow().account.framing(side_, kHeaderBytes);
  header_bytes_ = 0;
  left_ = number24(header_.data());
  plain_left_ = number24(header_.data() + 4);
  coding_ = plain_left_ == 0 ? Coding::stored : Coding::compressed;
  if (coding_ == Coding::stored) plain_left_ = left_;
}

void CompressedBlocks::body(Bytes bytes) noexcept {
  if (coding_ == Coding::compressed) {
    coding_ = bytes[0] == kZstd ? Coding::zstd : Coding::zlib;
    if (coding_ == Coding::zlib && !inflater_)
      inflater_.emplace(Inflater::Format::zlib, host_.limits());
    else if (coding_ == Coding::zlib)
      inflater_->reset();
    if (coding_ == Coding::zstd && !zstd_) zstd_ = std::make_unique<Zstd>(host_.limits());
    if (coding_ == Coding::zstd) {
      ZSTD_DCtx_reset(zstd_->context.get(), ZSTD_reset_session_only);
      zstd_->ended = false;
    }
  }
  FlowAccount& account = host_.flow().account;
  if (coding_ == Coding::damaged) {
    account.claim(side_, Column::opaque, "damaged", bytes.size());
    return;
  }
  account.searched(side_, bytes.size());
  if (coding_ == Coding::stored) return give(bytes);
  if (!decompressed(bytes)) {
    account.move(side_, Column::opaque, "damaged", bytes.size());
    damage();
  } else if (left_ == 0 && plain_left_ > 0) {
    damage();
  }
}

/// False: something in `bytes` was not read. What comes out is as long as the block said, and then
/// the block ends: anything more would be searched by nobody.
bool CompressedBlocks::decompressed(Bytes bytes) noexcept {
  excess_ = false;
  const bool zlib = coding_ == Coding::zlib;
  if (!(zlib ? inflate(bytes) : decompress(bytes)) || excess_) return false;
  const bool ended = zlib ? inflater_->ended() : zstd_->ended;
  return ended || (left_ > 0 && (plain_left_ > 0 || left_ <= kTailBytesMax));
}

bool CompressedBlocks::inflate(Bytes bytes) noexcept {
  if (inflater_->ended()) return false;
  const auto outcome = inflater_->feed(bytes, [this](Bytes plain) { give(plain); });
  return outcome == Inflater::Outcome::ok && inflater_->unused_bytes() == 0;
}

bool CompressedBlocks::decompress(Bytes bytes) noexcept {
  if (zstd_->ended) return false;
  std::vector<std::uint8_t> buffer(kOutBytes);
  zstd_->count.went_in(bytes.size());
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  for (;;) {
    ZSTD_outBuffer out{buffer.data(), buffer.size(), 0};
    const std::size_t result = ZSTD_decompressStream(zstd_->context.get(), &out, &in);
    if (ZSTD_isError(result) != 0) return false;
    give(Bytes(buffer).first(out.pos));
    if (!zstd_->count.came_out(out.pos) || excess_) return false;
    zstd_->ended = result == 0;
    if (zstd_->ended) return in.pos == in.size;
    if (in.pos == in.size && out.pos < out.size) return true;
  }
}

/// More than the header said is none of the packets' bytes.
void CompressedBlocks::give(Bytes plain) noexcept {
  excess_ = excess_ || plain.size() > plain_left_;
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(plain_left_, plain.size()));
  plain_left_ -= size;
  if (size > 0) output_(plain.first(size));
}

/// What did not come out of the block is a hole of known length.
void CompressedBlocks::damage() noexcept {
  coding_ = Coding::damaged;
  if (plain_left_ > 0) hole_(std::exchange(plain_left_, 0));
}

void CompressedBlocks::gap(std::uint64_t missing_bytes) noexcept {
  FlowAccount& account = host_.flow().account;
  if (!lost_ && header_bytes_ == 0 && missing_bytes <= left_) {
    left_ -= missing_bytes;
    if (coding_ == Coding::stored) {
      plain_left_ -= missing_bytes;
      return hole_(missing_bytes);
    }
    return damage();
  }
  account.searched(side_, std::exchange(header_bytes_, 0));
  left_ = 0;
  lost_ = true;
  hole_(UINT32_MAX);
}

/// Bytes before the next block that shows itself are searched as they are.
void CompressedBlocks::search_block(Bytes& bytes) noexcept {
  std::size_t at = 0;
  while (at < bytes.size() && !begins(bytes.subspan(at))) ++at;
  if (at > 0) output_(bytes.first(at));
  host_.flow().account.searched(side_, at);
  bytes = bytes.subspan(at);
  if (bytes.empty()) return;
  lost_ = false;
  hole_(UINT32_MAX);
}

void CompressedBlocks::close() noexcept {
  host_.flow().account.searched(side_, std::exchange(header_bytes_, 0));
}

std::uint64_t CompressedBlocks::held_bytes() const noexcept {
  constexpr std::uint64_t kInflaterBytes = 44 * 1024;
  return sizeof *this + (inflater_ ? kInflaterBytes : 0) +
         (zstd_ ? ZSTD_sizeof_DCtx(zstd_->context.get()) : 0);
}

}  // namespace outspan::protocol::mysql
