#include "app/memory_privacy.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstdio>

#include "fingerprint/index/locked_page.h"

namespace outspan::app {

void keep_memory_private() noexcept {
  const rlimit none{0, 0};
  const bool good = setrlimit(RLIMIT_CORE, &none) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
  if (!good)
    std::fprintf(stderr, "outspan: core files cannot be switched off: one would hold values\n");
}

void warn_of_unlocked_keys() noexcept {
  if (fingerprint::LockedPage::unlocked() != 0)
    std::fprintf(stderr,
                 "outspan: the keys of the indexes cannot be locked into memory and may be swapped "
                 "out: raise the limit of locked memory (ulimit -l, LimitMEMLOCK=)\n");
}

}  // namespace outspan::app
