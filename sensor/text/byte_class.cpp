#include "text/byte_class.h"

#include <algorithm>

#include "text/ascii.h"
#include "text/byte_class_avx2.h"
#include "text/byte_rules.h"

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
  return finder.finish(bytes.size(), i, base64_mask64(bytes.subspan(i)));
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

}  // namespace outspan::text
