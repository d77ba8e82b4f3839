#include "text/byte_class.h"

#include <algorithm>

#include "text/ascii.h"
#include "text/byte_class_avx2.h"
#include "text/byte_rules.h"
#include "text/hex.h"

namespace outspan::text {
#ifdef OUTSPAN_AVX2
namespace {

const bool kHaveAvx2 = __builtin_cpu_supports("avx2") != 0;

}  // namespace
#endif

std::size_t find_base64_run_scalar(Bytes bytes, std::size_t length) noexcept {
  RunFinder finder(length);
  std::size_t i = 0;
  for (; i + 64 <= bytes.size(); i += 64)
    if (finder.add(base64_mask64(bytes.subspan(i, 64)), i)) return finder.found();
  return finder.finish(bytes, i, base64_mask64(bytes.subspan(i)));
}

std::size_t find_base64_run(Bytes bytes, std::size_t length) noexcept {
#ifdef OUTSPAN_AVX2
  if (kHaveAvx2) return find_base64_run_avx2(bytes, length);
#endif
  return find_base64_run_scalar(bytes, length);
}

std::size_t ascii_span_scalar(Bytes bytes) noexcept {
  const auto is_text = [](std::uint8_t byte) { return is_printable(static_cast<char>(byte)); };
  return static_cast<std::size_t>(std::ranges::find_if_not(bytes, is_text) - bytes.begin());
}

std::size_t ascii_span(Bytes bytes) noexcept {
#ifdef OUTSPAN_AVX2
  if (kHaveAvx2) return ascii_span_avx2(bytes);
#endif
  return ascii_span_scalar(bytes);
}

std::size_t ascii_bytes_scalar(Bytes bytes) noexcept {
  return static_cast<std::size_t>(
      std::ranges::find_if(bytes, [](std::uint8_t byte) { return byte >= 0x80; }) - bytes.begin());
}

std::size_t ascii_bytes(Bytes bytes) noexcept {
#ifdef OUTSPAN_AVX2
  if (kHaveAvx2) return ascii_bytes_avx2(bytes);
#endif
  return ascii_bytes_scalar(bytes);
}

std::size_t base64_span(Bytes bytes) noexcept {
#ifdef OUTSPAN_AVX2
  if (kHaveAvx2) return base64_span_avx2(bytes);
#endif
  return base64_span_scalar(bytes);
}

std::size_t base64_span_scalar(Bytes bytes) noexcept {
  std::size_t i = 0;
  while (i < bytes.size() && is_base64_char(bytes[i])) ++i;
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

EscapeBlock find_code_marks_scalar(Bytes bytes, std::size_t from) noexcept {
  for (std::size_t i = from; i < bytes.size(); i += 64) {
    std::uint64_t marks = 0;
    std::uint64_t lines = 0;
    std::uint64_t hex = 0;
    std::uint64_t visible = 0;
    const std::size_t count = std::min<std::size_t>(64, bytes.size() - i);
    for (std::size_t bit = 0; bit < count; ++bit) {
      const std::uint8_t before = bytes[i + bit - 1];
      const std::uint8_t byte = bytes[i + bit];
      marks |= static_cast<std::uint64_t>(is_code_mark(before, byte)) << bit;
      lines |= static_cast<std::uint64_t>(before == '\n') << bit;
      hex |= static_cast<std::uint64_t>(is_hex_digit(static_cast<char>(byte))) << bit;
      visible |= static_cast<std::uint64_t>(byte > ' ' && byte < 0x80) << bit;
    }
    const std::uint64_t found = marks | (lines & long_words(visible)) | spaced_pairs(hex);
    if (found != 0) return {i, found};
  }
  return {bytes.size(), 0};
}

EscapeBlock find_code_marks(Bytes bytes, std::size_t from) noexcept {
#ifdef OUTSPAN_AVX2
  if (kHaveAvx2) return find_code_marks_avx2(bytes, from);
#endif
  return find_code_marks_scalar(bytes, from);
}

std::size_t find_dense_code_scalar(Bytes bytes, std::size_t from) noexcept {
  for (std::size_t i = from; i < bytes.size(); i += 64) {
    std::uint64_t capitals = 0, small = 0, hex = 0, digits = 0, ones = 0;
    const std::size_t count = std::min<std::size_t>(64, bytes.size() - i);
    for (std::size_t bit = 0; bit < count; ++bit) {
      const auto c = static_cast<char>(bytes[i + bit]);
      capitals |= static_cast<std::uint64_t>(is_upper(c)) << bit;
      small |= static_cast<std::uint64_t>(is_lower(c)) << bit;
      hex |= static_cast<std::uint64_t>(is_hex_digit(c)) << bit;
      digits |= static_cast<std::uint64_t>(is_digit(c)) << bit;
      ones |= static_cast<std::uint64_t>(c == '0' || c == '1') << bit;
    }
    if (is_mixed(capitals, small | digits) || is_hex_text(hex, digits) || is_bit_text(hex, ones))
      return i;
  }
  return bytes.size();
}

std::size_t find_dense_code(Bytes bytes, std::size_t from) noexcept {
#ifdef OUTSPAN_AVX2
  if (kHaveAvx2) return find_dense_code_avx2(bytes, from);
#endif
  return find_dense_code_scalar(bytes, from);
}

}  // namespace outspan::text
