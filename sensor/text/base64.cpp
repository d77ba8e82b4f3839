#include "text/base64.h"

#include <algorithm>
#include <array>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace outspan::text {
namespace {

/// Four tables, so that a group of four characters is three ORs; a stranger sets the top bit.
constexpr std::uint32_t kStranger = 0x80000000;
using Table = std::array<std::uint32_t, 256>;
constexpr std::array<Table, 4> kTables = [] {
  std::array<Table, 4> tables{};
  for (std::size_t position = 0; position < 4; ++position)
    for (std::size_t c = 0; c < 256; ++c)
      tables[position][c] = kBase64Values[c] == kNotBase64
                                ? kStranger
                                : static_cast<std::uint32_t>(kBase64Values[c])
                                      << (18 - 6 * position);
  return tables;
}();

#if defined(__x86_64__)
/// Groups of whole characters, 32 at a time, up to a stranger. By the high half of a character: how
/// far its value is from it; the signs are repaired.
__attribute__((target("avx2"))) Base64Decoder::Step decode_avx2(
    Bytes in, std::span<std::uint8_t> out) noexcept {
  const __m256i distances =
      _mm256_setr_epi8(0, 0, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0,  //
                       0, 0, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0);
  // Bit h of entry l: the character with these halves is of the alphabets.
  const __m256i of_low = _mm256_setr_epi8(
      '\xa8', '\xf8', '\xf8', '\xf8', '\xf8', '\xf8', '\xf8', '\xf8', '\xf8', '\xf8', '\xf0', 0x54,
      0x50, 0x54, 0x50, 0x74, '\xa8', '\xf8', '\xf8', '\xf8', '\xf8', '\xf8', '\xf8', '\xf8',
      '\xf8', '\xf8', '\xf0', 0x54, 0x50, 0x54, 0x50, 0x74);
  const __m256i bit_of_high =
      _mm256_setr_epi8(1, 2, 4, 8, 16, 32, 64, '\x80', 0, 0, 0, 0, 0, 0, 0, 0,  //
                       1, 2, 4, 8, 16, 32, 64, '\x80', 0, 0, 0, 0, 0, 0, 0, 0);
  const __m256i order = _mm256_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1,  //
                                         2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1);
  std::size_t i = 0;
  std::size_t o = 0;
  for (; i + 32 <= in.size() && o + 32 <= out.size(); i += 32, o += 24) {
    const __m256i c = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(in.data() + i));
    const __m256i high = _mm256_and_si256(_mm256_srli_epi16(c, 4), _mm256_set1_epi8(0x0f));
    const __m256i known =
        _mm256_and_si256(_mm256_shuffle_epi8(of_low, c), _mm256_shuffle_epi8(bit_of_high, high));
    if (_mm256_movemask_epi8(_mm256_cmpeq_epi8(known, _mm256_setzero_si256())) != 0) break;
    __m256i distance = _mm256_shuffle_epi8(distances, high);
    distance = _mm256_blendv_epi8(distance, _mm256_set1_epi8(17),
                                  _mm256_cmpeq_epi8(c, _mm256_set1_epi8('-')));
    distance = _mm256_blendv_epi8(distance, _mm256_set1_epi8(16),
                                  _mm256_cmpeq_epi8(c, _mm256_set1_epi8('/')));
    distance = _mm256_blendv_epi8(distance, _mm256_set1_epi8(-32),
                                  _mm256_cmpeq_epi8(c, _mm256_set1_epi8('_')));
    const __m256i pairs =
        _mm256_maddubs_epi16(_mm256_add_epi8(c, distance), _mm256_set1_epi32(0x01400140));
    const __m256i groups = _mm256_madd_epi16(pairs, _mm256_set1_epi32(0x00011000));
    const __m256i packed = _mm256_permutevar8x32_epi32(_mm256_shuffle_epi8(groups, order),
                                                       _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out.data() + o), packed);
  }
  return {i, o};
}

const bool kHaveAvx2 = __builtin_cpu_supports("avx2") != 0;
#endif

Base64Decoder::Step decode_many(Bytes in, std::span<std::uint8_t> out) noexcept {
#if defined(__x86_64__)
  if (kHaveAvx2 && in.size() >= 32) return decode_avx2(in, out);
#endif
  return {};
}

}  // namespace

Base64Decoder::Step Base64Decoder::run(Bytes in, std::span<std::uint8_t> out) noexcept {
  std::size_t i = 0;
  std::size_t o = 0;
  while (i < in.size() && o + 3 <= out.size()) {
    if (count_ == 0) {
      const Step many = decode_many(in.subspan(i), out.subspan(o));
      i += many.consumed;
      o += many.produced;
      while (i + 4 <= in.size() && o + 3 <= out.size()) {
        const std::uint32_t group = kTables[0][in[i]] | kTables[1][in[i + 1]] |
                                    kTables[2][in[i + 2]] | kTables[3][in[i + 3]];
        if (group >= kStranger) break;
        out[o] = static_cast<std::uint8_t>(group >> 16);
        out[o + 1] = static_cast<std::uint8_t>(group >> 8);
        out[o + 2] = static_cast<std::uint8_t>(group);
        i += 4;
        o += 3;
      }
      if (i == in.size() || o + 3 > out.size()) break;
    }
    const std::uint8_t value = kBase64Values[in[i]];
    if (value == kNotBase64) break;
    bits_ = bits_ << 6 | value;
    ++i;
    if (++count_ == 4) {
      out[o] = static_cast<std::uint8_t>(bits_ >> 16);
      out[o + 1] = static_cast<std::uint8_t>(bits_ >> 8);
      out[o + 2] = static_cast<std::uint8_t>(bits_);
      o += 3;
      reset();
    }
  }
  return {i, o};
}

std::size_t Base64Decoder::finish(std::span<std::uint8_t> out) noexcept {
  std::size_t produced = 0;
  if (count_ == 2) {
    out[produced++] = static_cast<std::uint8_t>(bits_ >> 4);
  } else if (count_ == 3) {
    out[produced++] = static_cast<std::uint8_t>(bits_ >> 10);
    out[produced++] = static_cast<std::uint8_t>(bits_ >> 2);
  }
  reset();
  return produced;
}

std::string decode_base64(std::string_view text) {
  std::string out(text.size() / 4 * 3 + 3, '\0');
  const std::span<std::uint8_t> room(reinterpret_cast<std::uint8_t*>(out.data()), out.size());
  Base64Decoder decoder;
  const std::size_t whole = decoder.run(as_bytes(text), room).produced;
  out.resize(whole + decoder.finish(room.subspan(whole)));
  return out;
}

std::optional<std::string> decode_strict_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  const bool strict = std::ranges::all_of(
      text, [](char c) { return c != '-' && c != '_' && base64_value(c) != kNotBase64; });
  if (!strict) return std::nullopt;
  return decode_base64(text);
}

}  // namespace outspan::text
