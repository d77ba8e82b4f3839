#include "fingerprint/index/locked_page.h"

#include <openssl/crypto.h>
#include <sys/mman.h>

namespace outspan::fingerprint {

LockedPage::LockedPage(std::size_t bytes) noexcept {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return;
  memory_ = {static_cast<std::uint8_t*>(memory), bytes};
  // Both are extra walls: a system that refuses them is no reason not to run.
  static_cast<void>(mlock(memory, bytes));
  static_cast<void>(madvise(memory, bytes, MADV_DONTDUMP));
}

LockedPage::~LockedPage() {
  if (memory_.empty()) return;
  OPENSSL_cleanse(memory_.data(), memory_.size());
  munmap(memory_.data(), memory_.size());
}

}  // namespace outspan::fingerprint
