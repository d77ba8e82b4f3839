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

/// `next`: the byte behind it; 0 at the end.
bool is_escape(std::uint8_t byte, std::uint8_t next, EscapeLeads leads) noexcept {
  switch (byte) {
    case '%':
    case '\\':
    case '&': return true;
    case '+': return leads.plus || (next & 0xfc) == 0x40;
    case ':': return next == ':';
    case '=': return leads.equals;
    default: return false;
  }
}

/// Bit i stands for byte i of at most 64; bits behind the end are 0.
std::uint64_t base64_mask64(Bytes bytes) noexcept {
  std::uint64_t mask = 0;
  for (std::size_t bit = 0; bit < bytes.size(); ++bit)
    mask |= static_cast<std::uint64_t>(kBase64[bytes[bit]]) << bit;
  return mask;
}

/// Takes masks of 64 bytes one after the other and looks for a run of set bits in them.
class RunFinder {
 public:
  explicit RunFinder(std::size_t length) noexcept : length_(length) {}

  /// The mask of the bytes from `at` on. True: found() is the beginning of a run.
  bool add(std::uint64_t mask, std::size_t at) noexcept {
    const auto head = static_cast<std::size_t>(std::countr_one(mask));
    if (running_ + head >= length_) {
      found_ = at - running_;
      return true;
    }
    std::uint64_t inside = mask & mask >> 1;
    inside &= inside >> 2;
    inside &= inside >> 4;
    inside &= inside >> 8;  // 16 in a row
    inside &= inside >> (length_ - 16);
    if (inside != 0) {
      found_ = at + static_cast<std::size_t>(std::countr_zero(inside));
      return true;
    }
    // A word of nothing but ones would have been found above.
    running_ = static_cast<std::size_t>(std::countl_one(mask));
    return false;
  }
  [[nodiscard]] std::size_t found() const noexcept { return found_; }

  /// The rest, less than 64 bytes from `at` on, and with it the run at the end.
  std::size_t finish(Bytes bytes, std::size_t at) noexcept {
    const Bytes rest = bytes.subspan(at);
    if (rest.empty()) return bytes.size() - running_;
    const std::uint64_t mask = base64_mask64(rest);
    const std::size_t before = running_;
    if (add(mask, at)) return found_;
    const auto at_end = static_cast<std::size_t>(std::countl_one(mask << (64 - rest.size())));
    return bytes.size() - at_end - (at_end == rest.size() ? before : 0);
  }

 private:
  std::size_t length_;
  std::size_t running_ = 0;  // set bits up to here
  std::size_t found_ = 0;
};

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

__attribute__((target("avx2"))) std::size_t find_base64_run_avx2(Bytes bytes,
                                                                 std::size_t length) noexcept {
  const __m256i low = _mm256_broadcastsi128_si256(
      _mm_load_si128(reinterpret_cast<const __m128i*>(kTables.low.data())));
  const __m256i high = _mm256_broadcastsi128_si256(
      _mm_load_si128(reinterpret_cast<const __m128i*>(kTables.high.data())));
  RunFinder finder(length);
  std::size_t i = 0;
  for (; i + 64 <= bytes.size(); i += 64) {
    const std::uint64_t mask =
        base64_mask32(bytes.data() + i, low, high) |
        static_cast<std::uint64_t>(base64_mask32(bytes.data() + i + 32, low, high)) << 32;
    if (finder.add(mask, i)) return finder.found();
  }
  return finder.finish(bytes, i);
}

__attribute__((target("avx2"))) std::size_t base64_span_avx2(Bytes bytes) noexcept {
  const __m256i low = _mm256_broadcastsi128_si256(
      _mm_load_si128(reinterpret_cast<const __m128i*>(kTables.low.data())));
  const __m256i high = _mm256_broadcastsi128_si256(
      _mm_load_si128(reinterpret_cast<const __m128i*>(kTables.high.data())));
  std::size_t i = 0;
  for (; i + 32 <= bytes.size(); i += 32) {
    const std::uint32_t mask = base64_mask32(bytes.data() + i, low, high);
    if (mask != UINT32_MAX) return i + static_cast<std::size_t>(std::countr_one(mask));
  }
  return i + base64_span_scalar(bytes.subspan(i));
}

/// The bytes to look for, in every lane.
struct LeadVectors {
  __m256i percent, backslash, ampersand, plus, equals, utf7, colon, in_utf7, utf7_bits;
};

__attribute__((target("avx2"))) __m256i escapes32(const std::uint8_t* at,
                                                  const LeadVectors& v) noexcept {
  const __m256i block = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
  const __m256i next = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + 1));
  const __m256i alone = _mm256_or_si256(
      _mm256_or_si256(_mm256_cmpeq_epi8(block, v.percent), _mm256_cmpeq_epi8(block, v.backslash)),
      _mm256_or_si256(
          _mm256_cmpeq_epi8(block, v.ampersand),
          _mm256_or_si256(_mm256_cmpeq_epi8(block, v.plus), _mm256_cmpeq_epi8(block, v.equals))));
  const __m256i utf7 =
      _mm256_and_si256(_mm256_cmpeq_epi8(block, v.utf7),
                       _mm256_cmpeq_epi8(_mm256_and_si256(next, v.utf7_bits), v.in_utf7));
  const __m256i colons =
      _mm256_and_si256(_mm256_cmpeq_epi8(block, v.colon), _mm256_cmpeq_epi8(next, v.colon));
  return _mm256_or_si256(alone, _mm256_or_si256(utf7, colons));
}

__attribute__((target("avx2"))) EscapeBlock find_escapes_avx2(Bytes bytes, std::size_t from,
                                                              EscapeLeads leads) noexcept {
  const LeadVectors vectors{
      _mm256_set1_epi8('%'),
      _mm256_set1_epi8('\\'),
      _mm256_set1_epi8('&'),
      _mm256_set1_epi8(leads.plus ? '+' : '%'),
      _mm256_set1_epi8(leads.equals ? '=' : '%'),
      _mm256_set1_epi8('+'),
      _mm256_set1_epi8(':'),
      _mm256_set1_epi8(0x40),
      _mm256_set1_epi8(static_cast<char>(0xfc)),
  };
  std::size_t i = from;
  for (; i + 65 <= bytes.size(); i += 64) {
    const __m256i low = escapes32(bytes.data() + i, vectors);
    const __m256i high = escapes32(bytes.data() + i + 32, vectors);
    const __m256i any = _mm256_or_si256(low, high);
    if (_mm256_testz_si256(any, any) != 0) continue;
    const auto low_mask = static_cast<std::uint32_t>(_mm256_movemask_epi8(low));
    const auto high_mask = static_cast<std::uint32_t>(_mm256_movemask_epi8(high));
    return {i, low_mask | static_cast<std::uint64_t>(high_mask) << 32};
  }
  return find_escapes_scalar(bytes, i, leads);
}

const bool kHaveAvx2 = __builtin_cpu_supports("avx2") != 0;
#endif

}  // namespace

bool is_base64_char(std::uint8_t byte) noexcept { return kBase64[byte]; }

std::size_t find_base64_run_scalar(Bytes bytes, std::size_t length) noexcept {
  RunFinder finder(length);
  std::size_t i = 0;
  for (; i + 64 <= bytes.size(); i += 64)
    if (finder.add(base64_mask64(bytes.subspan(i, 64)), i)) return finder.found();
  return finder.finish(bytes, i);
}

std::size_t find_base64_run(Bytes bytes, std::size_t length) noexcept {
#ifdef OUTSPAN_AVX2
  if (kHaveAvx2) return find_base64_run_avx2(bytes, length);
#endif
  return find_base64_run_scalar(bytes, length);
}

std::size_t base64_span(Bytes bytes) noexcept {
#ifdef OUTSPAN_AVX2
  if (kHaveAvx2) return base64_span_avx2(bytes);
#endif
  return base64_span_scalar(bytes);
}

std::size_t base64_span_scalar(Bytes bytes) noexcept {
  std::size_t i = 0;
  while (i < bytes.size() && kBase64[bytes[i]]) ++i;
  return i;
}

EscapeBlock find_escapes_scalar(Bytes bytes, std::size_t from, EscapeLeads leads) noexcept {
  for (std::size_t i = from; i < bytes.size(); i += 64) {
    std::uint64_t mask = 0;
    const std::size_t end = std::min(i + 64, bytes.size());
    for (std::size_t at = i; at < end; ++at) {
      const std::uint8_t next = at + 1 < bytes.size() ? bytes[at + 1] : 0;
      mask |= static_cast<std::uint64_t>(is_escape(bytes[at], next, leads)) << (at - i);
    }
    if (mask != 0) return {i, mask};
  }
  return {bytes.size(), 0};
}

EscapeBlock find_escapes(Bytes bytes, std::size_t from, EscapeLeads leads) noexcept {
#ifdef OUTSPAN_AVX2
  if (kHaveAvx2) return find_escapes_avx2(bytes, from, leads);
#endif
  return find_escapes_scalar(bytes, from, leads);
}

}  // namespace outspan::content
