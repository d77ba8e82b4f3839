#pragma once

namespace outspan {

/// Asks for the cache line at `address`, which need not be readable. A call of __builtin_prefetch
/// alone may go missing: GCC 12 takes a function that does nothing else for one without an effect,
/// and drops its calls.
inline void prefetch(const void* address) noexcept {
  __builtin_prefetch(address);
  asm volatile("" : : "r"(address));
}

}  // namespace outspan
