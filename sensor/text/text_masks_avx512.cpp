// Compiled for processors with AVX-512 BW and VBMI; called only where there is one.
#include "text/mask_rules.h"

#if defined(__x86_64__)
#include <immintrin.h>

namespace outspan::text {
namespace {

alignas(64) constexpr std::array<std::uint8_t, 128> kFirstTable = class_table<128>(0);
alignas(64) constexpr std::array<std::uint8_t, 128> kSecondTable = class_table<128>(8);

/// The classes of 64 ASCII bytes, a bit each.
struct ClassTable {
  __m512i low, high;

  explicit ClassTable(const std::array<std::uint8_t, 128>& table) noexcept
      : low(_mm512_load_si512(table.data())), high(_mm512_load_si512(table.data() + 64)) {}
  [[nodiscard]] __m512i classes(__m512i bytes, std::uint64_t ascii) const noexcept {
    // The tables take seven bits of a byte: those beyond ASCII are cleared.
    return _mm512_maskz_permutex2var_epi8(ascii, low, bytes, high);
  }
};

template <ByteClass which>
inline std::uint64_t is(__m512i classes) noexcept {
  return _mm512_test_epi8_mask(classes, _mm512_set1_epi8(static_cast<char>(1U << which % 8)));
}

/// What all bytes of a text have in common.
struct Common {
  __m512i any = _mm512_setzero_si512();
  std::uint64_t zeros = 0;
};

inline void classify_word(__m512i bytes, std::uint64_t used, std::size_t word, bool all,
                          const ClassTable& first, const ClassTable& second, ChunkClasses& out,
                          Common& common) noexcept {
  const std::uint64_t beyond = _mm512_movepi8_mask(bytes);
  const __m512i classes = first.classes(bytes, ~beyond);
  std::uint64_t separators = is<kSeparator>(classes);
  if (beyond != 0)
    separators |= _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\xc2')) |
                  _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\xa0'));
  out.of[kDigit][word] = is<kDigit>(classes);
  out.of[kSeparator][word] = separators;
  out.of[kLetter][word] = is<kLetter>(classes);
  out.of[kAtSign][word] = is<kAtSign>(classes);
  if (!all) return;
  const __m512i others = second.classes(bytes, ~beyond);
  out.of[kCapital][word] = is<kCapital>(classes);
  out.of[kHexLetter][word] = is<kHexLetter>(classes);
  out.of[kBase64][word] = is<kBase64>(classes);
  out.of[kLineEnd][word] = is<kLineEnd>(classes);
  out.of[kEscape][word] = is<kEscape>(others);
  out.of[kColon][word] = is<kColon>(others);
  out.of[kPeek][word] = is<kPeek>(others);
  common.any = _mm512_or_si512(common.any, bytes);
  common.zeros |= _mm512_testn_epi8_mask(bytes, bytes) & used;
}

}  // namespace

void classify_avx512(std::string_view text, bool all, MaskWriter& out) noexcept {
  const ClassTable first(kFirstTable);
  const ClassTable second(kSecondTable);
  Common common;
  classify_chunks(text, all, out, [&](Bytes bytes, ChunkClasses& classes) {
    std::size_t word = 0;
    for (; word * 64 + 64 <= bytes.size(); ++word)
      classify_word(_mm512_loadu_si512(bytes.data() + word * 64), ~std::uint64_t{0}, word, all,
                    first, second, classes, common);
    if (word * 64 == bytes.size()) return;
    const std::uint64_t used = ~std::uint64_t{0} >> (64 - (bytes.size() - word * 64));
    classify_word(_mm512_maskz_loadu_epi8(used, bytes.data() + word * 64), used, word, all, first,
                  second, classes, common);
  });
  out.finish(common.zeros != 0, _mm512_movepi8_mask(common.any) == 0);
}

}  // namespace outspan::text
#endif
