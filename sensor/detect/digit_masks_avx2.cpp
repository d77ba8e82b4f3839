// Compiled with -mavx2; called only where the processor has it.
#include "detect/digit_masks.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include <cstring>

namespace outspan::detect {
namespace {

struct Masks32 {
  std::uint32_t digits, separators, letters;
};

inline std::uint32_t bits(__m256i bytes) noexcept {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(bytes));
}

/// `bytes` in [low, low + count), unsigned.
inline __m256i in_range(__m256i bytes, char low, char count) noexcept {
  const __m256i moved = _mm256_sub_epi8(bytes, _mm256_set1_epi8(low));
  return _mm256_cmpeq_epi8(_mm256_min_epu8(moved, _mm256_set1_epi8(static_cast<char>(count - 1))),
                           moved);
}

inline Masks32 classify(__m256i bytes) noexcept {
  // Separators by their low half: each low half that occurs names one byte (blank 0x20, a0, ( 28,
  // ) 29, - 2d, . 2e, / 2f, c2). Two bytes share the low half 0, so a0 is compared by itself.
  const __m256i by_low = _mm256_setr_epi8(
      ' ', 0x7f, '\xc2', 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, '(', ')', 0x7f, 0x7f, 0x7f, '-', '.', '/',
      ' ', 0x7f, '\xc2', 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, '(', ')', 0x7f, 0x7f, 0x7f, '-', '.', '/');
  const __m256i low = _mm256_and_si256(bytes, _mm256_set1_epi8(0x0f));
  __m256i separators = _mm256_cmpeq_epi8(_mm256_shuffle_epi8(by_low, low), bytes);
  // 0x7f stands for "none" and would find itself only under low half f, which '/' has.
  separators = _mm256_or_si256(separators, _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\xa0')));
  const __m256i lower = _mm256_or_si256(bytes, _mm256_set1_epi8(0x20));
  return {bits(in_range(bytes, '0', 10)), bits(separators), bits(in_range(lower, 'a', 26))};
}

inline void classify_block(const char* block, ByteMasks& out) noexcept {
  const Masks32 low = classify(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(block)));
  const Masks32 high = classify(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(block + 32)));
  out.digits = low.digits | static_cast<std::uint64_t>(high.digits) << 32;
  out.separators = low.separators | static_cast<std::uint64_t>(high.separators) << 32;
  out.letters = low.letters | static_cast<std::uint64_t>(high.letters) << 32;
}

}  // namespace

void byte_masks_avx2(std::string_view text, ByteMasks* out) noexcept {
  std::size_t at = 0;
  for (; at + 64 <= text.size(); at += 64) classify_block(text.data() + at, *out++);
  if (at == text.size()) return;
  char last[64] = {};
  std::memcpy(last, text.data() + at, text.size() - at);
  classify_block(last, *out);
}

}  // namespace outspan::detect
#endif
