#include "app/free_memory.h"

#include <malloc.h>

#include <cstddef>

namespace outspan::app {
namespace {

/// Less is soon used again.
constexpr std::size_t kFreeBytesKept = std::size_t{32} << 20;

}  // namespace

void give_back_free_memory() noexcept {
#ifdef __GLIBC__
  if (::mallinfo2().fordblks > kFreeBytesKept) ::malloc_trim(0);
#endif
}

}  // namespace outspan::app
