// Compiled for processors with AVX2; called only where there is one.
#include "text/mask_rules.h"

#if defined(__x86_64__)
#include <immintrin.h>

namespace outspan::text {
namespace {

inline __m256i load(const std::uint8_t* at) noexcept {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
}
inline __m256i is(__m256i bytes, char c) noexcept {
  return _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(c));
}
/// `moved` in [0, count), unsigned.
inline __m256i below(__m256i moved, char count) noexcept {
  return _mm256_cmpeq_epi8(_mm256_min_epu8(moved, _mm256_set1_epi8(static_cast<char>(count - 1))),
                           moved);
}
constexpr char entry(unsigned classes) noexcept { return static_cast<char>(classes); }
/// A table by half bytes, the same for both halves of a register.
template <class... Entries>
inline __m256i table(Entries... entries) noexcept {
  return _mm256_broadcastsi128_si256(_mm_setr_epi8(entries...));
}

/// Separators by their low half: each low half that occurs names one byte (blank 0x20, c2, ( 28, )
/// 29, - 2d, . 2e, / 2f). Two bytes share the low half 0, so a0 is compared by itself; 0x7f stands
/// for none, and would find itself only under the low half f, which `/` has.
inline __m256i separators(__m256i bytes, __m256i low) noexcept {
  const __m256i by_low = table(' ', '\x7f', '\xc2', '\x7f', '\x7f', '\x7f', '\x7f', '\x7f', '(',
                               ')', '\x7f', '\x7f', '\x7f', '-', '.', '/');
  return _mm256_or_si256(_mm256_cmpeq_epi8(_mm256_shuffle_epi8(by_low, low), bytes),
                         is(bytes, '\xa0'));
}

/// Classes of a few bytes, a bit each; by the halves of a byte.
enum Few : std::uint8_t {
  kAt = 0x80,
  kLine = 0x40,
  kColonMark = 0x20,
  kPercent = 0x10,  // and &
  kBackslash = 0x08,
  kPlus = 0x04,
  kTilde = 0x02,
  kEx = 0x01
};
inline __m256i few(__m256i bytes, __m256i high) noexcept {
  const __m256i by_low =
      table(entry(kAt), entry(0), entry(0), entry(0), entry(0), entry(kPercent), entry(kPercent),
            entry(0), entry(kEx), entry(0), entry(kColonMark | kLine), entry(kPlus),
            entry(kBackslash), entry(0), entry(kTilde), entry(0));
  const __m256i by_high =
      table(entry(kLine), entry(0), entry(kPercent | kPlus), entry(kColonMark), entry(kAt),
            entry(kBackslash | kEx), entry(0), entry(kTilde | kEx), entry(0), entry(0), entry(0),
            entry(0), entry(0), entry(0), entry(0), entry(0));
  return _mm256_and_si256(_mm256_shuffle_epi8(by_low, bytes), _mm256_shuffle_epi8(by_high, high));
}

/// Characters of the base64 alphabets: the bit of the high half in the entry of the low half.
inline __m256i not_base64(__m256i bytes, __m256i high) noexcept {
  // 2_: + - /; 3_: 0-9; 4_ and 6_: all but 0; 5_ and 7_: 0-a, and _ of 5_.
  constexpr unsigned kTwo = 1U << 2, kThree = 1U << 3, kFour = 0b0101'0000, kFive = 0b1010'0000;
  constexpr char kDigitLow = entry(kThree | kFour | kFive);
  const __m256i by_low =
      table(entry(kThree | kFive), kDigitLow, kDigitLow, kDigitLow, kDigitLow, kDigitLow, kDigitLow,
            kDigitLow, kDigitLow, kDigitLow, entry(kFour | kFive), entry(kTwo | kFour),
            entry(kFour), entry(kTwo | kFour), entry(kFour), entry(kTwo | kFour | 1U << 5));
  const __m256i by_high = table(entry(0), entry(0), entry(1U << 2), entry(1U << 3), entry(1U << 4),
                                entry(1U << 5), entry(1U << 6), entry(1U << 7), entry(0), entry(0),
                                entry(0), entry(0), entry(0), entry(0), entry(0), entry(0));
  return _mm256_cmpeq_epi8(
      _mm256_and_si256(_mm256_shuffle_epi8(by_low, bytes), _mm256_shuffle_epi8(by_high, high)),
      _mm256_setzero_si256());
}

/// Fills in half a word.
inline void put(ChunkClasses& classes, ByteClass which, std::size_t half, int bits) noexcept {
  std::memcpy(reinterpret_cast<std::uint8_t*>(classes.of[which]) + half * 4, &bits, 4);
}
inline int top_bits(__m256i bytes) noexcept { return _mm256_movemask_epi8(bytes); }
/// Of a class of Few, moved to the top of each byte by `shift`.
template <int shift>
inline int top_bits(__m256i bytes) noexcept {
  return top_bits(_mm256_slli_epi16(bytes, shift));
}

template <bool all>
inline void classify_half(__m256i bytes, std::size_t half, ChunkClasses& out) noexcept {
  const __m256i nibble = _mm256_set1_epi8(0x0f);
  const __m256i letter =
      _mm256_sub_epi8(_mm256_or_si256(bytes, _mm256_set1_epi8(0x20)), _mm256_set1_epi8('a'));
  const int letters = top_bits(below(letter, 26));
  put(out, kDigit, half, top_bits(below(_mm256_sub_epi8(bytes, _mm256_set1_epi8('0')), 10)));
  put(out, kSeparator, half, top_bits(separators(bytes, _mm256_and_si256(bytes, nibble))));
  put(out, kLetter, half, letters);
  if constexpr (!all) return put(out, kAtSign, half, top_bits(is(bytes, '@')));
  const __m256i high = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble);
  put(out, kCapital, half, letters & ~top_bits<2>(bytes));  // 0x20 is that of small letters
  put(out, kHexLetter, half, top_bits(below(letter, 6)));
  put(out, kBase64, half, ~top_bits(not_base64(bytes, high)));
  const __m256i others = few(bytes, high);
  put(out, kAtSign, half, top_bits(others));
  put(out, kLineEnd, half, top_bits<1>(others));
  if (_mm256_testz_si256(others, _mm256_set1_epi8(0x3f)) != 0) return;
  put(out, kColon, half, top_bits<2>(others));
  put(out, kEscape, half, top_bits<3>(others) | top_bits<4>(others));
  put(out, kPeek, half, top_bits<5>(others) | top_bits<6>(others) | top_bits<7>(others));
}

/// `any` and `least`: over all bytes.
template <bool all>
void classify_chunk(Bytes bytes, ChunkClasses& out, __m256i& any, __m256i& least) noexcept {
  if constexpr (all) std::memset(out.of[kEscape], 0, sizeof out.of[0] * (kByteClasses - kEscape));
  std::size_t half = 0;
  for (; half * 32 + 32 <= bytes.size(); ++half) {
    const __m256i block = load(bytes.data() + half * 32);
    classify_half<all>(block, half, out);
    any = _mm256_or_si256(any, block);
    least = _mm256_min_epu8(least, block);
  }
  if (half * 32 == bytes.size() && half % 2 == 0) return;
  // The rest of the last word; what is after the end is of no class.
  alignas(32) std::array<std::uint8_t, 32> last{};
  const Bytes rest = bytes.subspan(half * 32);
  std::ranges::copy(rest, last.begin());
  classify_half<all>(load(last.data()), half, out);
  if (half % 2 == 0) classify_half<all>(_mm256_setzero_si256(), half + 1, out);
  any = _mm256_or_si256(any, load(last.data()));
  std::ranges::fill(last.begin() + static_cast<std::ptrdiff_t>(rest.size()), last.end(), 1);
  least = _mm256_min_epu8(least, load(last.data()));
}

}  // namespace

void classify_avx2(std::string_view text, bool all, MaskWriter& out) noexcept {
  __m256i any = _mm256_setzero_si256();
  __m256i least = _mm256_set1_epi8(-1);
  classify_chunks(text, all, out, [&](Bytes bytes, ChunkClasses& classes) {
    if (all)
      classify_chunk<true>(bytes, classes, any, least);
    else
      classify_chunk<false>(bytes, classes, any, least);
  });
  out.finish(top_bits(is(least, 0)) != 0, top_bits(any) == 0);
}

}  // namespace outspan::text
#endif
