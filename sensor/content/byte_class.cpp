#include "content/byte_class.h"

#include <algorithm>
#include <bit>

#if defined(__x86_64__)
#include <immintrin.h>
#define OUTSPAN_AVX2 1
#endif

namespace outspan::content {
namespace {

constexpr std::array<bool, 256> kBase64 = [] {
  std::array<bool, 256> is{};
  for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                       "0123456789+/-_"))
    is[static_cast<std::uint8_t>(c)] = true;
  return is;
}();

bool is_escape(std::uint8_t byte, bool plus) noexcept {
  return byte == '%' || byte == '\\' || byte == '&' || (plus && byte == '+');
}

#ifdef OUTSPAN_AVX2
/// A byte is in the class when the bit for its high nibble is set in the entry of its low nibble:
/// bit h-2 stands for bytes 0x20 to 0x7f, and two shuffles look both up.
struct NibbleTables {
  alignas(16) std::array<std::uint8_t, 16> low{};
  alignas(16) std::array<std::uint8_t, 16> high{};
};
constexpr NibbleTables kTables = [] {
  NibbleTables tables;
  for (std::size_t byte = 0x20; byte < 0x80; ++byte)
    if (kBase64[byte])
      tables.low[byte & 15] = static_cast<std::uint8_t>(tables.low[byte & 15] | 1U << (byte >> 4));
  for (std::size_t high = 0; high < 8; ++high)
    tables.high[high] = static_cast<std::uint8_t>(1U << high);
  return tables;
}();

__attribute__((target("avx2"))) std::uint32_t base64_mask32(const std::uint8_t* at, __m256i low,
                                                            __m256i high) noexcept {
  const __m256i nibble = _mm256_set1_epi8(0x0f);
  const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
  // A byte with its top bit set makes the first shuffle give 0.
  const __m256i by_low = _mm256_shuffle_epi8(low, bytes);
  const __m256i by_high =
      _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble));
  const __m256i hit = _mm256_and_si256(by_low, by_high);
  return ~static_cast<std::uint32_t>(
      _mm256_movemask_epi8(_mm256_cmpeq_epi8(hit, _mm256_setzero_si256())));
}

__attribute__((target("avx2"))) void base64_masks_avx2(Bytes bytes, std::uint64_t* masks) noexcept {
  const __m256i low = _mm256_broadcastsi128_si256(
      _mm_load_si128(reinterpret_cast<const __m128i*>(kTables.low.data())));
  const __m256i high = _mm256_broadcastsi128_si256(
      _mm_load_si128(reinterpret_cast<const __m128i*>(kTables.high.data())));
  std::size_t i = 0;
  for (; i + 64 <= bytes.size(); i += 64)
    masks[i / 64] = base64_mask32(bytes.data() + i, low, high) |
                    static_cast<std::uint64_t>(base64_mask32(bytes.data() + i + 32, low, high))
                        << 32;
  if (i < bytes.size()) base64_masks_scalar(bytes.subspan(i), masks + i / 64);
}

__attribute__((target("avx2"))) std::size_t find_escape_avx2(Bytes bytes, std::size_t from,
                                                             bool plus) noexcept {
  const __m256i percent = _mm256_set1_epi8('%');
  const __m256i backslash = _mm256_set1_epi8('\\');
  const __m256i ampersand = _mm256_set1_epi8('&');
  const __m256i blank = _mm256_set1_epi8(plus ? '+' : '%');
  std::size_t i = from;
  for (; i + 32 <= bytes.size(); i += 32) {
    const __m256i block = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes.data() + i));
    const __m256i hit = _mm256_or_si256(
        _mm256_or_si256(_mm256_cmpeq_epi8(block, percent), _mm256_cmpeq_epi8(block, backslash)),
        _mm256_or_si256(_mm256_cmpeq_epi8(block, ampersand), _mm256_cmpeq_epi8(block, blank)));
    const auto mask = static_cast<std::uint32_t>(_mm256_movemask_epi8(hit));
    if (mask != 0) return i + static_cast<std::size_t>(std::countr_zero(mask));
  }
  return find_escape_scalar(bytes, i, plus);
}

const bool kHaveAvx2 = __builtin_cpu_supports("avx2") != 0;
#endif

}  // namespace

bool is_base64_char(std::uint8_t byte) noexcept { return kBase64[byte]; }

void base64_masks_scalar(Bytes bytes, std::uint64_t* masks) noexcept {
  for (std::size_t i = 0; i < bytes.size(); i += 64) {
    std::uint64_t mask = 0;
    const std::size_t count = std::min<std::size_t>(64, bytes.size() - i);
    for (std::size_t bit = 0; bit < count; ++bit)
      mask |= static_cast<std::uint64_t>(kBase64[bytes[i + bit]]) << bit;
    masks[i / 64] = mask;
  }
}

void base64_masks(Bytes bytes, std::uint64_t* masks) noexcept {
#ifdef OUTSPAN_AVX2
  if (kHaveAvx2) return base64_masks_avx2(bytes, masks);
#endif
  base64_masks_scalar(bytes, masks);
}

std::size_t find_escape_scalar(Bytes bytes, std::size_t from, bool plus) noexcept {
  for (std::size_t i = from; i < bytes.size(); ++i)
    if (is_escape(bytes[i], plus)) return i;
  return bytes.size();
}

std::size_t find_escape(Bytes bytes, std::size_t from, bool plus) noexcept {
#ifdef OUTSPAN_AVX2
  if (kHaveAvx2) return find_escape_avx2(bytes, from, plus);
#endif
  return find_escape_scalar(bytes, from, plus);
}

}  // namespace outspan::content
