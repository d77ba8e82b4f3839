#include "content/chain/lz_blocks.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace outspan::content {
namespace {

using State = Decompressor::State;

/// What came out last: matches reach back so far. Compressors cut their input into pieces of 64
/// KiB, so that those of Snappy reach no further either.
class History {
 public:
  void restart() noexcept { size_ = 0; }
  [[nodiscard]] bool reaches(std::uint64_t distance) const noexcept {
    return distance > 0 && distance <= std::min<std::uint64_t>(size_, kBytes);
  }
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

  void put(std::uint8_t byte) noexcept { bytes_[size_++ % kBytes] = byte; }
  [[nodiscard]] std::uint8_t back(std::uint64_t distance) const noexcept {
    return bytes_[(size_ - distance) % kBytes];
  }

 private:
  static constexpr std::size_t kBytes = 65536;
  std::uint64_t size_ = 0;
  // Only what was put is read.
  std::unique_ptr<std::uint8_t[]> bytes_ = std::make_unique_for_overwrite<std::uint8_t[]>(kBytes);
};

/// Input, output and what is being copied: literals, or a match of what came out before.
struct Copy {
  Bytes in;
  std::span<std::uint8_t> out;
  std::size_t at = 0;        // in the input
  std::size_t produced = 0;  // of the output

  [[nodiscard]] bool more() const noexcept { return at < in.size(); }
  [[nodiscard]] bool full() const noexcept { return produced == out.size(); }
  void put(History& history, std::uint8_t byte) noexcept {
    out[produced++] = byte;
    history.put(byte);
  }
  void literals(History& history, std::uint64_t& length) noexcept {
    for (; length > 0 && more() && !full(); --length) put(history, in[at++]);
  }
  void match(History& history, std::uint64_t distance, std::uint64_t& length) noexcept {
    for (; length > 0 && !full(); --length) put(history, history.back(distance));
  }
};

class Lz4Block final : public Decompressor {
 public:
  void reset() noexcept override {
    history_.restart();
    next_ = Next::token;
  }
  [[nodiscard]] std::uint64_t memory_bytes() const noexcept override { return 66000; }

  Step run(Bytes in, std::span<std::uint8_t> out) noexcept override {
    Copy copy{in, out};
    bool good = true;
    while (good) {
      if (next_ == Next::literals && length_ > 0) {
        copy.literals(history_, length_);
        if (length_ > 0) break;
      } else if (next_ == Next::match) {
        copy.match(history_, distance_, length_);
        if (length_ > 0) break;
        next_ = Next::token;
      }
      if (next_ == Next::literals) next_ = Next::distance;
      if (!copy.more()) break;
      good = take(copy.in[copy.at++]);
    }
    return {copy.at, copy.produced, good ? State::running : State::damaged};
  }

 private:
  enum class Next : std::uint8_t {
    token,
    literal_length,
    literals,
    distance,
    distance_high,
    match_length,
    match
  };
  static constexpr std::uint64_t kLengthMax = 1ULL << 31;

  /// A byte that is no literal.
  bool take(std::uint8_t byte) noexcept {
    switch (next_) {
      case Next::token:
        token_ = byte;
        length_ = byte >> 4;
        next_ = length_ == 15 ? Next::literal_length : Next::literals;
        return true;
      case Next::literal_length:
        length_ += byte;
        if (byte != 255) next_ = Next::literals;
        return length_ < kLengthMax;
      case Next::distance:
        distance_ = byte;
        next_ = Next::distance_high;
        return true;
      case Next::distance_high:
        distance_ |= static_cast<std::uint64_t>(byte) << 8;
        length_ = (token_ & 15U) + 4;
        next_ = length_ == 19 ? Next::match_length : Next::match;
        return history_.reaches(distance_);
      case Next::match_length:
        length_ += byte;
        if (byte != 255) next_ = Next::match;
        return length_ < kLengthMax;
      case Next::literals:
      case Next::match: break;
    }
    return false;
  }

  History history_;
  Next next_ = Next::token;
  std::uint8_t token_ = 0;
  std::uint64_t length_ = 0;
  std::uint64_t distance_ = 0;
};

class Snappy final : public Decompressor {
 public:
  enum class Framing : std::uint8_t { none, chunks, bare_chunks };
  explicit Snappy(Framing framing) noexcept : framing_(framing) { reset(); }

  void reset() noexcept override {
    next_ = framing_ == Framing::none ? Next::size : Next::chunk;
    chunk_left_ = 0;
    begin_number();
    begin_block();
  }
  [[nodiscard]] std::uint64_t memory_bytes() const noexcept override { return 66000; }

  Step run(Bytes in, std::span<std::uint8_t> out) noexcept override {
    if (next_ == Next::skipped) return pass_over(in);
    Copy copy{in, out};
    bool good = true;
    while (good && next_ != Next::end && next_ != Next::skipped) {
      const std::size_t before = copy.at;
      if (next_ == Next::literals) {
        copy.literals(history_, length_);
        good = charge(copy.at - before);
        if (length_ > 0) break;
        next_ = Next::tag;
      } else if (next_ == Next::match) {
        copy.match(history_, distance_, length_);
        if (length_ > 0) break;
        next_ = Next::tag;
      }
      if (next_ == Next::tag && history_.size() >= size_) {
        good = good && history_.size() == size_ && end_block();
        continue;
      }
      if (!good || !copy.more()) break;
      good = charge(1) && take(copy.in[copy.at++]);
    }
    return {copy.at, copy.produced,
            !good                ? State::damaged
            : next_ == Next::end ? State::ended
                                 : State::running};
  }

 private:
  enum class Next : std::uint8_t {
    chunk,
    skipped,
    checksum,
    plain,
    size,
    tag,
    literal_length,
    literals,
    distance,
    match,
    end
  };

  /// Of a chunk that decoders skip; a step of its own.
  Step pass_over(Bytes in) noexcept {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(in.size(), chunk_left_));
    chunk_left_ -= size;
    if (chunk_left_ == 0) next_ = Next::chunk, begin_number();
    return {.consumed = size, .passed_over = true};
  }

  void begin_number() noexcept { number_ = number_bytes_ = 0; }
  void begin_block() noexcept {
    history_.restart();
    size_ = 0;
  }
  /// Bytes of the chunk, if there is one.
  bool charge(std::size_t bytes) noexcept {
    if (framing_ == Framing::none || next_ == Next::chunk) return true;
    if (bytes > chunk_left_) return false;
    chunk_left_ -= bytes;
    return true;
  }
  bool end_block() noexcept {
    next_ = framing_ == Framing::none ? Next::end : Next::chunk;
    begin_number();
    return framing_ == Framing::none || chunk_left_ == 0;
  }

  /// Little-endian; true: it has that many bytes now.
  bool number(std::uint8_t byte, unsigned bytes) noexcept {
    number_ |= static_cast<std::uint64_t>(byte) << (8 * number_bytes_);
    return ++number_bytes_ == bytes;
  }

  bool take(std::uint8_t byte) noexcept {
    switch (next_) {
      case Next::chunk: return !number(byte, 4) || begin_chunk();
      case Next::checksum:
        if (!number(byte, 4)) return true;
        next_ = plain_ ? Next::literals : Next::size;
        length_ = size_ = chunk_left_;
        if (!plain_) size_ = 0;
        begin_number();
        return true;
      case Next::size: return take_size(byte);
      case Next::tag: return take_tag(byte);
      case Next::literal_length:
        if (!number(byte, wanted_)) return true;
        length_ = number_ + 1;
        next_ = Next::literals;
        return true;
      case Next::distance:
        if (!number(byte, wanted_)) return true;
        distance_ |= number_;
        next_ = Next::match;
        return history_.reaches(distance_);
      default: return false;
    }
  }

  /// Its type, and its length in three bytes.
  bool begin_chunk() noexcept {
    const auto type = static_cast<std::uint8_t>(number_);
    chunk_left_ = number_ >> 8;
    begin_number();
    begin_block();
    if (framing_ == Framing::bare_chunks) {
      next_ = Next::size;
      return type == 0 && chunk_left_ > 0;
    }
    plain_ = type == 1;
    next_ = type <= 1 ? Next::checksum : Next::skipped;
    if (type > 1 && chunk_left_ == 0) next_ = Next::chunk;
    return type <= 1 ? chunk_left_ >= 4 : type >= 0x80;
  }

  bool take_size(std::uint8_t byte) noexcept {
    size_ |= static_cast<std::uint64_t>(byte & 0x7fU) << (7 * number_bytes_);
    if ((byte & 0x80) != 0) return ++number_bytes_ < 5;
    next_ = Next::tag;
    begin_number();
    return size_ <= UINT32_MAX;
  }

  bool take_tag(std::uint8_t byte) noexcept {
    begin_number();
    length_ = (byte >> 2) + 1U;
    distance_ = 0;
    switch (byte & 3) {
      case 0:
        next_ = length_ > 60 ? Next::literal_length : Next::literals;
        wanted_ = static_cast<unsigned>(length_) - 60;
        return true;
      case 1:
        length_ = ((byte >> 2) & 7U) + 4;
        distance_ = static_cast<std::uint64_t>(byte >> 5) << 8;
        wanted_ = 1;
        break;
      case 2: wanted_ = 2; break;
      default: wanted_ = 4; break;
    }
    next_ = Next::distance;
    return true;
  }

  Framing framing_;
  History history_;  // of the block
  Next next_ = Next::size;
  std::uint64_t chunk_left_ = 0;
  bool plain_ = false;        // the chunk is not compressed
  std::uint64_t size_ = 0;    // of what comes out of the block
  std::uint64_t number_ = 0;  // that is being read
  unsigned number_bytes_ = 0;
  unsigned wanted_ = 0;
  std::uint64_t length_ = 0;
  std::uint64_t distance_ = 0;
};

}  // namespace

std::unique_ptr<Decompressor> make_lz4_block() noexcept { return std::make_unique<Lz4Block>(); }
std::unique_ptr<Decompressor> make_snappy() noexcept {
  return std::make_unique<Snappy>(Snappy::Framing::none);
}
std::unique_ptr<Decompressor> make_snappy_framed() noexcept {
  return std::make_unique<Snappy>(Snappy::Framing::chunks);
}
std::unique_ptr<Decompressor> make_iwa() noexcept {
  return std::make_unique<Snappy>(Snappy::Framing::bare_chunks);
}

}  // namespace outspan::content
