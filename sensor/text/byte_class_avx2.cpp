#include "text/byte_class_avx2.h"

#ifdef OUTSPAN_AVX2
#include <immintrin.h>

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "text/base64.h"
#include "text/byte_rules.h"

namespace outspan::text {
namespace {

/// A byte is in the class when the bit for its high nibble is set in the entry of its low nibble:
/// bit h-2 stands for bytes 0x20 to 0x7f, and two shuffles look both up.
struct NibbleTables {
  alignas(16) std::array<std::uint8_t, 16> low{};
  alignas(16) std::array<std::uint8_t, 16> high{};
};
template <class Is>
constexpr NibbleTables tables_of(Is is) noexcept {
  NibbleTables tables;
  for (std::size_t byte = 0x20; byte < 0x80; ++byte)
    if (is(static_cast<std::uint8_t>(byte)))
      tables.low[byte & 15] = static_cast<std::uint8_t>(tables.low[byte & 15] | 1U << (byte >> 4));
  for (std::size_t high = 0; high < 8; ++high)
    tables.high[high] = static_cast<std::uint8_t>(1U << high);
  return tables;
}
constexpr NibbleTables kTables = tables_of([](std::uint8_t byte) { return is_base64_char(byte); });

/// For both halves of a register.
__attribute__((target("avx2"), always_inline)) inline __m256i table(
    const std::array<std::uint8_t, 16>& entries) noexcept {
  return _mm256_broadcastsi128_si256(
      _mm_load_si128(reinterpret_cast<const __m128i*>(entries.data())));
}

/// Bits of the bytes that are in the class of the tables.
__attribute__((target("avx2"))) std::uint32_t class_mask32(const std::uint8_t* at, __m256i low,
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

/// The last bytes, fewer than a block, with zeros after them.
template <std::size_t size>
std::array<std::uint8_t, size> padded(Bytes rest) noexcept {
  std::array<std::uint8_t, size> block{};
  std::ranges::copy(rest, block.begin());
  return block;
}

// Inlined, or the constants would be loaded again for every block.
#define OUTSPAN_INLINE_AVX2 __attribute__((target("avx2"), always_inline)) inline

OUTSPAN_INLINE_AVX2 __m256i is(__m256i block, char c) noexcept {
  return _mm256_cmpeq_epi8(block, _mm256_set1_epi8(c));
}
OUTSPAN_INLINE_AVX2 __m256i load(const std::uint8_t* at) noexcept {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
}
OUTSPAN_INLINE_AVX2 std::uint64_t bits(__m256i low, __m256i high) noexcept {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(low)) |
         static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm256_movemask_epi8(high))) << 32;
}
/// Classes of escape leads, a bit each; by the halves of a byte.
enum Lead : std::uint8_t {
  kBackslash = 0x80,
  kPercent = 0x40,
  kColon = 0x20,
  kPlus = 0x10,
  kEquals = 0x08
};
constexpr NibbleTables kLeadTables = [] {
  NibbleTables tables;
  const auto add = [&tables](char c, std::uint8_t lead) {
    const auto byte = static_cast<std::uint8_t>(c);
    tables.low[byte & 15] |= lead;
    tables.high[byte >> 4] |= lead;
  };
  add('\\', kBackslash);
  add('%', kPercent);
  add('&', kPercent);
  add(':', kColon);
  add('+', kPlus);
  add('=', kEquals);
  return tables;
}();

OUTSPAN_INLINE_AVX2 __m256i leads32(__m256i block, __m256i low, __m256i high) noexcept {
  const __m256i by_high = _mm256_shuffle_epi8(
      high, _mm256_and_si256(_mm256_srli_epi16(block, 4), _mm256_set1_epi8(0x0f)));
  return _mm256_and_si256(_mm256_shuffle_epi8(low, block), by_high);
}

/// Bits of the bytes whose class is the top bit, moved there by `shift`.
template <int shift>
OUTSPAN_INLINE_AVX2 std::uint64_t class_bits(__m256i one, __m256i two) noexcept {
  return bits(_mm256_slli_epi16(one, shift), _mm256_slli_epi16(two, shift));
}

/// Of 64 bytes; the one after them can be read as well.
OUTSPAN_INLINE_AVX2 std::uint64_t escapes_of(const std::uint8_t* at, __m256i low, __m256i high,
                                             EscapeLeads leads) noexcept {
  const __m256i one = leads32(load(at), low, high);
  const __m256i two = leads32(load(at + 32), low, high);
  const __m256i any = _mm256_or_si256(one, two);
  if (_mm256_testz_si256(any, any) != 0) return 0;
  std::uint64_t found = bits(one, two) | class_bits<1>(one, two);
  const std::uint64_t colons = class_bits<2>(one, two);
  const std::uint64_t next = at[64] == ':' ? std::uint64_t{1} << 63 : 0;
  found |= colons & (colons >> 1 | next);
  std::uint64_t pluses = class_bits<3>(one, two);
  if (leads.plus) found |= std::exchange(pluses, 0);
  for (; pluses != 0; pluses &= pluses - 1) {
    const auto bit = static_cast<std::size_t>(std::countr_zero(pluses));
    if (is_escape('+', at[bit + 1], leads)) found |= std::uint64_t{1} << bit;
  }
  if (leads.equals) found |= class_bits<4>(one, two);
  return found;
}

}  // namespace

__attribute__((target("avx2"))) std::size_t base64_span_avx2(Bytes bytes) noexcept {
  const __m256i low = table(kTables.low);
  const __m256i high = table(kTables.high);
  std::size_t i = 0;
  for (; i + 32 <= bytes.size(); i += 32) {
    const std::uint32_t mask = class_mask32(bytes.data() + i, low, high);
    if (mask != UINT32_MAX) return i + static_cast<std::size_t>(std::countr_one(mask));
  }
  return i + base64_span_scalar(bytes.subspan(i));
}

__attribute__((target("avx2"))) std::size_t find_base64_run_avx2(Bytes bytes,
                                                                 std::size_t length) noexcept {
  const __m256i low = table(kTables.low);
  const __m256i high = table(kTables.high);
  RunFinder finder(length);
  const auto mask = [ low, high ](const std::uint8_t* at) __attribute__((target("avx2"))) {
    return class_mask32(at, low, high) |
           static_cast<std::uint64_t>(class_mask32(at + 32, low, high)) << 32;
  };
  std::size_t i = 0;
  for (; i + 64 <= bytes.size(); i += 64)
    if (finder.add(mask(bytes.data() + i), i)) return finder.found();
  return finder.finish(bytes.size(), i, mask(padded<64>(bytes.subspan(i)).data()));
}

__attribute__((target("avx2"))) EscapeBlock find_escapes_avx2(Bytes bytes, std::size_t from,
                                                              EscapeLeads leads) noexcept {
  const __m256i low = table(kLeadTables.low);
  const __m256i high = table(kLeadTables.high);
  std::size_t i = from;
  for (; i + 65 <= bytes.size(); i += 64)
    if (const std::uint64_t found = escapes_of(bytes.data() + i, low, high, leads); found != 0)
      return {i, found};
  if (i >= bytes.size()) return {bytes.size(), 0};
  const auto rest = padded<65>(bytes.subspan(i));
  const std::uint64_t found = escapes_of(rest.data(), low, high, leads);
  return {found != 0 ? i : bytes.size(), found};
}

__attribute__((target("avx2"))) std::size_t ascii_span_avx2(Bytes bytes) noexcept {
  std::size_t i = 0;
  for (; i + 32 <= bytes.size(); i += 32) {
    const __m256i block = load(bytes.data() + i);
    const __m256i blank =
        _mm256_or_si256(is(block, '\n'), _mm256_or_si256(is(block, '\r'), is(block, '\t')));
    const __m256i printable =
        _mm256_andnot_si256(is(block, 0x7f), _mm256_cmpgt_epi8(block, _mm256_set1_epi8(0x1f)));
    if (_mm256_movemask_epi8(_mm256_or_si256(blank, printable)) != -1) break;
  }
  return i + ascii_span_scalar(bytes.subspan(i));
}

__attribute__((target("avx2"))) std::size_t ascii_bytes_avx2(Bytes bytes) noexcept {
  std::size_t i = 0;
  for (; i + 128 <= bytes.size(); i += 128) {
    const std::uint8_t* at = bytes.data() + i;
    const __m256i any = _mm256_or_si256(_mm256_or_si256(load(at), load(at + 32)),
                                        _mm256_or_si256(load(at + 64), load(at + 96)));
    if (_mm256_movemask_epi8(any) != 0) break;
  }
  for (; i + 32 <= bytes.size(); i += 32) {
    const auto high = static_cast<std::uint32_t>(_mm256_movemask_epi8(load(bytes.data() + i)));
    if (high != 0) return i + static_cast<std::size_t>(std::countr_zero(high));
  }
  return i + ascii_bytes_scalar(bytes.subspan(i));
}

}  // namespace outspan::text
#endif
