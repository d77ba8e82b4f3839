#include "content/chain/decompressor.h"

#include <brotli/decode.h>
#include <isa-l/igzip_lib.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "content/chain/lz_blocks.h"
#include "core/handle.h"

namespace outspan::content {
namespace {

std::uint32_t clamp32(std::size_t size) noexcept {
  return static_cast<std::uint32_t>(
      std::min<std::size_t>(size, std::numeric_limits<std::uint32_t>::max() / 2));
}

/// ISA-L: 2.6 times as fast as zlib.
class Inflate final : public Decompressor {
 public:
  explicit Inflate(Coding coding) noexcept
      : wrapper_(coding == Coding::gzip   ? ISAL_GZIP
                 : coding == Coding::zlib ? ISAL_ZLIB
                                          : ISAL_DEFLATE) {
    reset();
  }
  void reset() noexcept override {
    isal_inflate_init(&state_);
    // A damaged stream may refer to what was before its beginning: to zeros then, not to what an
    // earlier stream or another use of the memory left there.
    std::memset(state_.tmp_out_buffer, 0, sizeof(state_.tmp_out_buffer));
    state_.crc_flag = wrapper_;
  }
  [[nodiscard]] std::uint64_t memory_bytes() const noexcept override { return sizeof(*this); }

  Step run(Bytes in, std::span<std::uint8_t> out) noexcept override {
    state_.next_in = const_cast<std::uint8_t*>(in.data());
    state_.avail_in = clamp32(in.size());
    state_.next_out = out.data();
    state_.avail_out = clamp32(out.size());
    const std::uint32_t given = state_.avail_in;
    const int result = isal_inflate(&state_);
    Step step{given - state_.avail_in, out.size() - state_.avail_out, State::running};
    if (state_.block_state == ISAL_BLOCK_FINISH) {
      step.state = State::ended;
      give_back(step);
    } else if (result < 0)
      step.state = State::damaged;
    return step;
  }

  /// The beginning of a block with tables, and what it reads ahead.
  [[nodiscard]] std::uint64_t held() const noexcept override {
    const int ahead = (std::max<int>(state_.read_in_length, 0) + 7) / 8;
    return static_cast<std::uint64_t>(std::max<int>(state_.tmp_in_size, 0) + ahead);
  }

 private:
  /// It reads up to 8 bytes ahead, and counts what follows the stream as used.
  void give_back(Step& step) noexcept {
    if (state_.read_in_length < 8) return;
    step.consumed -= std::min(step.consumed, static_cast<std::size_t>(state_.read_in_length) / 8);
  }

  std::uint32_t wrapper_;
  inflate_state state_;
};

class Brotli final : public Decompressor {
 public:
  Brotli() noexcept { reset(); }
  void reset() noexcept override {
    state_.reset(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr));
  }
  /// The largest window of RFC 7932 with its tables.
  [[nodiscard]] std::uint64_t memory_bytes() const noexcept override { return 17 << 20; }

  Step run(Bytes in, std::span<std::uint8_t> out) noexcept override {
    const std::uint8_t* next_in = in.data();
    std::size_t left_in = in.size();
    std::uint8_t* next_out = out.data();
    std::size_t left_out = out.size();
    const BrotliDecoderResult result = BrotliDecoderDecompressStream(
        state_.get(), &left_in, &next_in, &left_out, &next_out, nullptr);
    const State state = result == BROTLI_DECODER_RESULT_SUCCESS ? State::ended
                        : result == BROTLI_DECODER_RESULT_ERROR ? State::damaged
                                                                : State::running;
    return {in.size() - left_in, out.size() - left_out, state};
  }

 private:
  CHandle<BrotliDecoderState, BrotliDecoderDestroyInstance> state_;
};

class Zstd final : public Decompressor {
 public:
  Zstd() noexcept : state_(ZSTD_createDCtx()) {
    ZSTD_DCtx_setParameter(state_.get(), ZSTD_d_windowLogMax, kWindowLog);
  }
  void reset() noexcept override {
    ZSTD_DCtx_reset(state_.get(), ZSTD_reset_session_only);
    wanted_ = held_ = 0;
  }
  [[nodiscard]] std::uint64_t memory_bytes() const noexcept override { return 9 << 20; }

  Step run(Bytes in, std::span<std::uint8_t> out) noexcept override {
    // One block at a time: then it is known how much of it is held.
    if (wanted_ > 0) in = in.first(std::min(in.size(), wanted_));
    ZSTD_inBuffer input{in.data(), in.size(), 0};
    ZSTD_outBuffer output{out.data(), out.size(), 0};
    const std::size_t result = ZSTD_decompressStream(state_.get(), &output, &input);
    const bool waits = input.pos < wanted_ && result == wanted_ - input.pos;
    held_ = waits ? held_ + input.pos : 0;
    wanted_ = ZSTD_isError(result) != 0 ? 0 : result;
    const State state = ZSTD_isError(result) != 0 ? State::damaged
                        : result == 0             ? State::ended
                                                  : State::running;
    return {input.pos, output.pos, state};
  }
  [[nodiscard]] std::uint64_t held() const noexcept override { return held_; }

 private:
  /// RFC 8878, 3.1.1.1.2 recommends 8 MiB for protocols.
  static constexpr int kWindowLog = 23;
  std::size_t wanted_ = 0;  // to the end of the block, and the next one's head; 0: not known
  std::size_t held_ = 0;    // of the block
  CHandle<ZSTD_DCtx, ZSTD_freeDCtx> state_;
};

}  // namespace

std::unique_ptr<Decompressor> make_decompressor(Coding coding) noexcept {
  switch (coding) {
    case Coding::gzip:
    case Coding::zlib:
    case Coding::deflate: return std::make_unique<Inflate>(coding);
    case Coding::brotli: return std::make_unique<Brotli>();
    case Coding::zstd: return std::make_unique<Zstd>();
    case Coding::lz4_block: return make_lz4_block();
    case Coding::snappy: return make_snappy();
    case Coding::snappy_framed: return make_snappy_framed();
    case Coding::iwa: return make_iwa();
  }
  return nullptr;
}

std::unique_ptr<Decompressor> IdleDecompressors::take(Coding coding) noexcept {
  auto& idle = idle_[static_cast<std::size_t>(coding)];
  if (idle.empty()) return make_decompressor(coding);
  std::unique_ptr<Decompressor> decompressor = std::move(idle.back());
  idle.pop_back();
  decompressor->reset();
  return decompressor;
}

void IdleDecompressors::give(Coding coding, std::unique_ptr<Decompressor> decompressor) noexcept {
  auto& idle = idle_[static_cast<std::size_t>(coding)];
  if (decompressor && decompressor->memory_bytes() <= kSmall && idle.size() < kIdle)
    idle.push_back(std::move(decompressor));
}

}  // namespace outspan::content
