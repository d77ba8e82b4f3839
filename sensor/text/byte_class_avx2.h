#pragma once

#include "text/byte_class.h"

#if defined(__x86_64__)
#define OUTSPAN_AVX2 1

/// The functions of byte_class.h for processors with AVX2.
namespace outspan::text {

std::size_t find_base64_run_avx2(Bytes bytes, std::size_t length) noexcept;
std::size_t base64_span_avx2(Bytes bytes) noexcept;
std::size_t ascii_span_avx2(Bytes bytes) noexcept;
std::size_t ascii_bytes_avx2(Bytes bytes) noexcept;
EscapeBlock find_escapes_avx2(Bytes bytes, std::size_t from, EscapeLeads leads) noexcept;

}  // namespace outspan::text
#endif
