#include "unpack/pool/shared_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

namespace outspan::unpack {

SharedFile::~SharedFile() {
  if (!mapped_.empty()) munmap(const_cast<std::uint8_t*>(mapped_.data()), mapped_.size());
  if (memory_ >= 0) close(memory_);
}

bool SharedFile::append(Bytes bytes) noexcept {
  if (memory_ < 0) memory_ = memfd_create("outspan-file", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  Bytes left = bytes;
  while (!failed_ && !left.empty()) {
    const ssize_t written = write(memory_, left.data(), left.size());
    if (written > 0)
      left = left.subspan(static_cast<std::size_t>(written));
    else
      failed_ = errno != EINTR;
  }
  if (!failed_) size_ += bytes.size();
  return !failed_;
}

bool SharedFile::seal() noexcept {
  return append({}) &&
         fcntl(memory_, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) == 0;
}

Bytes SharedFile::bytes() noexcept {
  if (mapped_.empty() && size_ > 0) {
    void* at = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, memory_, 0);
    if (at != MAP_FAILED) mapped_ = {static_cast<const std::uint8_t*>(at), size_};
  }
  return mapped_;
}

}  // namespace outspan::unpack
