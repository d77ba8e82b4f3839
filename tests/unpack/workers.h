#pragma once

#include "tests/unpack/collect.h"

namespace outspan::unpack {

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#elif defined(__SANITIZE_ADDRESS__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

/// The programs as they are built here.
inline Pool& pool() {
  static Pool workers([] {
    PoolOptions options;
    options.program = OUTSPAN_UNPACK;
    options.pdf_program = OUTSPAN_UNPACK_PDF;
    return options;
  }());
  return workers;
}

inline Outcome open(std::string_view file, Kind kind, Collected& found, Limits limits = {}) {
  return submit(pool(), kind, file, limits).wait(found);
}

}  // namespace outspan::unpack
