#include "unpack/formats/inflate64.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

namespace outspan::unpack {
namespace {

/// The lowest bit of a byte comes first. Behind the end come zeros, and ok() is false.
class Bits {
 public:
  explicit Bits(Bytes bytes) noexcept : rest_(bytes) {}

  /// `count`: at most 16.
  [[nodiscard]] std::uint32_t peek(unsigned count) noexcept {
    while (held_count_ < count) {
      std::uint32_t byte = 0;
      if (rest_.empty()) {
        ++invented_bytes_;
      } else {
        byte = rest_[0];
        rest_ = rest_.subspan(1);
      }
      held_ |= byte << held_count_;
      held_count_ += 8;
    }
    return held_ & ((1U << count) - 1);
  }
  void drop(unsigned count) noexcept {
    held_ >>= count;
    held_count_ -= count;
  }
  std::uint32_t take(unsigned count) noexcept {
    const std::uint32_t bits = peek(count);
    drop(count);
    return bits;
  }
  /// From the next byte on; fewer at the end.
  Bytes take_bytes(std::size_t size) noexcept {
    if (!ok()) return {};
    const std::size_t real = held_count_ / 8 - std::min(invented_bytes_, held_count_ / 8);
    rest_ = Bytes(rest_.data() - real, rest_.size() + real);
    held_ = held_count_ = invented_bytes_ = 0;
    const Bytes taken = rest_.first(std::min(size, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }
  [[nodiscard]] bool ok() const noexcept { return invented_bytes_ * 8 <= held_count_; }

 private:
  Bytes rest_;
  std::uint32_t held_ = 0;
  unsigned held_count_ = 0;
  unsigned invented_bytes_ = 0;
};

constexpr unsigned kCodeBitsMax = 15;
constexpr std::size_t kLiteralsMax = 288;
constexpr std::size_t kDistancesMax = 32;

/// A canonical Huffman code (RFC 1951, 3.2.2): short codes by a table, long ones bit by bit.
class Code {
 public:
  /// false: more codes than there is room for.
  bool build(std::span<const std::uint8_t> lengths) noexcept {
    counts_.fill(0);
    quick_.fill(0);
    for (const std::uint8_t length : lengths) ++counts_[length];
    counts_[0] = 0;
    std::array<std::uint16_t, kCodeBitsMax + 2> next{}, place{};
    int room = 1;
    for (unsigned bits = 1; bits <= kCodeBitsMax; ++bits) {
      room = room * 2 - counts_[bits];
      if (room < 0) return false;
      next[bits + 1] = static_cast<std::uint16_t>((next[bits] + counts_[bits]) << 1);
      place[bits + 1] = static_cast<std::uint16_t>(place[bits] + counts_[bits]);
    }
    for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
      const unsigned bits = lengths[symbol];
      if (bits == 0) continue;
      symbols_[place[bits]++] = static_cast<std::uint16_t>(symbol);
      const unsigned code = next[bits]++;
      if (bits > kQuickBits) continue;
      unsigned reversed = 0;
      for (unsigned bit = 0; bit < bits; ++bit) reversed |= (code >> bit & 1) << (bits - 1 - bit);
      for (unsigned at = reversed; at < quick_.size(); at += 1U << bits)
        quick_[at] = static_cast<std::uint16_t>(symbol << 4 | bits);
    }
    return true;
  }

  [[nodiscard]] std::optional<unsigned> read(Bits& in) const noexcept {
    const std::uint16_t quick = quick_[in.peek(kQuickBits)];
    if (quick != 0) {
      in.drop(quick & 15U);
      return quick >> 4;
    }
    int code = 0, first = 0, place = 0;
    for (unsigned bits = 1; bits <= kCodeBitsMax; ++bits) {
      code |= static_cast<int>(in.take(1));
      const int count = counts_[bits];
      if (code - count < first) return symbols_[static_cast<std::size_t>(place + code - first)];
      place += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    return std::nullopt;
  }

 private:
  static constexpr unsigned kQuickBits = 9;
  std::array<std::uint16_t, kCodeBitsMax + 1> counts_{};
  std::array<std::uint16_t, kLiteralsMax> symbols_{};
  std::array<std::uint16_t, 1 << kQuickBits> quick_{};
};

struct Extra {
  std::uint32_t base;
  unsigned bits;
};

/// Lengths of symbols 257 to 285.
constexpr Extra kLengths[] = {
    {3, 0},  {4, 0},  {5, 0},  {6, 0},   {7, 0},   {8, 0},   {9, 0},   {10, 0},  {11, 1}, {13, 1},
    {15, 1}, {17, 1}, {19, 2}, {23, 2},  {27, 2},  {31, 2},  {35, 3},  {43, 3},  {51, 3}, {59, 3},
    {67, 4}, {83, 4}, {99, 4}, {115, 4}, {131, 5}, {163, 5}, {195, 5}, {227, 5}, {3, 16}};
constexpr Extra kDistances[] = {
    {1, 0},      {2, 0},      {3, 0},      {4, 0},     {5, 1},     {7, 1},     {9, 2},
    {13, 2},     {17, 3},     {25, 3},     {33, 4},    {49, 4},    {65, 5},    {97, 5},
    {129, 6},    {193, 6},    {257, 7},    {385, 7},   {513, 8},   {769, 8},   {1025, 9},
    {1537, 9},   {2049, 10},  {3073, 10},  {4097, 11}, {6145, 11}, {8193, 12}, {12289, 12},
    {16385, 13}, {24577, 13}, {32769, 14}, {49153, 14}};

/// What was put out last, as far as matches reach back.
class Window {
 public:
  explicit Window(const std::function<void(Bytes)>& take) : take_(take), bytes_(kReach * 2) {}
  void put(std::uint8_t byte) {
    if (end_ == bytes_.size()) slide();
    bytes_[end_++] = byte;
  }
  void put(Bytes bytes) {
    for (const std::uint8_t byte : bytes) put(byte);
  }
  /// false: so far back there is nothing.
  bool repeat(std::size_t distance, std::size_t length) {
    if (distance > end_ || distance > kReach) return false;
    for (; length > 0; --length) {
      if (end_ == bytes_.size()) slide();
      bytes_[end_] = bytes_[end_ - distance];
      ++end_;
    }
    return true;
  }
  void flush() {
    take_(Bytes(bytes_).subspan(flushed_, end_ - flushed_));
    flushed_ = end_;
  }

 private:
  static constexpr std::size_t kReach = 65536;
  void slide() {
    flush();
    std::memcpy(bytes_.data(), bytes_.data() + kReach, kReach);
    end_ = flushed_ = kReach;
  }
  const std::function<void(Bytes)>& take_;
  std::vector<std::uint8_t> bytes_;
  std::size_t end_ = 0;
  std::size_t flushed_ = 0;
};

class Inflater {
 public:
  Inflater(Bytes compressed, const std::function<void(Bytes)>& take)
      : in_(compressed), window_(take) {}

  bool run() {
    bool good = true;
    for (bool last = false; !last && good;) {
      last = in_.take(1) != 0;
      switch (in_.take(2)) {
        case 0: good = stored(); break;
        case 1: good = fixed_codes() && block(); break;
        case 2: good = read_codes() && block(); break;
        default: good = false;
      }
      good = good && in_.ok();
    }
    window_.flush();
    return good;
  }

 private:
  bool stored() {
    const Bytes sizes = in_.take_bytes(4);
    if (sizes.size() < 4) return false;
    const unsigned size = sizes[0] | static_cast<unsigned>(sizes[1]) << 8;
    const unsigned complement = sizes[2] | static_cast<unsigned>(sizes[3]) << 8;
    if ((size ^ complement) != 0xffff) return false;
    const Bytes bytes = in_.take_bytes(size);
    window_.put(bytes);
    return bytes.size() == size;
  }

  bool fixed_codes() {
    std::array<std::uint8_t, kLiteralsMax> lengths{};
    std::fill(lengths.begin(), lengths.begin() + 144, std::uint8_t{8});
    std::fill(lengths.begin() + 144, lengths.begin() + 256, std::uint8_t{9});
    std::fill(lengths.begin() + 256, lengths.begin() + 280, std::uint8_t{7});
    std::fill(lengths.begin() + 280, lengths.end(), std::uint8_t{8});
    std::array<std::uint8_t, kDistancesMax> distances{};
    distances.fill(5);
    return literals_.build(lengths) && distances_.build(distances);
  }

  /// RFC 1951, 3.2.7.
  bool read_codes() {
    const std::size_t literals = in_.take(5) + 257;
    const std::size_t distances = in_.take(5) + 1;
    const std::size_t counted = in_.take(4) + 4;
    if (literals > kLiteralsMax) return false;
    constexpr std::array<std::uint8_t, 19> kOrder{16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                  11, 4,  12, 3, 13, 2, 14, 1, 15};
    std::array<std::uint8_t, 19> of_lengths{};
    for (std::size_t i = 0; i < counted; ++i)
      of_lengths[kOrder[i]] = static_cast<std::uint8_t>(in_.take(3));
    Code code;
    if (!code.build(of_lengths)) return false;
    std::array<std::uint8_t, kLiteralsMax + kDistancesMax> lengths{};
    if (!read_lengths(code, std::span(lengths).first(literals + distances))) return false;
    return literals_.build(std::span(lengths).first(literals)) &&
           distances_.build(std::span(lengths).subspan(literals, distances));
  }

  bool read_lengths(const Code& code, std::span<std::uint8_t> lengths) {
    for (std::size_t at = 0; at < lengths.size();) {
      const auto symbol = code.read(in_);
      if (!symbol) return false;
      if (*symbol < 16) {
        lengths[at++] = static_cast<std::uint8_t>(*symbol);
        continue;
      }
      if (*symbol == 16 && at == 0) return false;
      const std::uint8_t repeated = *symbol == 16 ? lengths[at - 1] : std::uint8_t{0};
      const std::size_t times = *symbol == 16   ? 3 + in_.take(2)
                                : *symbol == 17 ? 3 + in_.take(3)
                                                : 11 + in_.take(7);
      if (times > lengths.size() - at) return false;
      std::fill_n(lengths.begin() + static_cast<std::ptrdiff_t>(at), times, repeated);
      at += times;
    }
    return true;
  }

  bool block() {
    constexpr unsigned kEnd = 256;
    while (in_.ok()) {
      const auto symbol = literals_.read(in_);
      if (!symbol) return false;
      if (*symbol < kEnd) {
        window_.put(static_cast<std::uint8_t>(*symbol));
        continue;
      }
      if (*symbol == kEnd) return true;
      if (*symbol - kEnd > std::size(kLengths)) return false;
      const Extra& length = kLengths[*symbol - kEnd - 1];
      const std::size_t size = length.base + in_.take(length.bits);
      const auto how_far = distances_.read(in_);
      if (!how_far) return false;
      const Extra& distance = kDistances[*how_far];
      if (!window_.repeat(distance.base + in_.take(distance.bits), size)) return false;
    }
    return false;
  }

  Bits in_;
  Window window_;
  Code literals_;
  Code distances_;
};

}  // namespace

bool inflate64(Bytes compressed, const std::function<void(Bytes)>& take) {
  return Inflater(compressed, take).run();
}

}  // namespace outspan::unpack
