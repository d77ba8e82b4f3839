#include "fingerprint/index/file_identity.h"

#include <sys/stat.h>

#include <cerrno>

namespace outspan::fingerprint {
namespace {

std::optional<FileIdentity> identity(int status, const struct stat& of) noexcept {
  if (status != 0) return std::nullopt;
  if (!S_ISREG(of.st_mode)) {
    errno = EINVAL;
    return std::nullopt;
  }
  return FileIdentity{of.st_dev, of.st_ino, static_cast<std::uint64_t>(of.st_size),
                      of.st_mtim.tv_sec * 1'000'000'000 + of.st_mtim.tv_nsec};
}

}  // namespace

std::optional<FileIdentity> FileIdentity::of(const std::string& path) noexcept {
  struct stat of {};
  return identity(stat(path.c_str(), &of), of);
}

std::optional<FileIdentity> FileIdentity::of(int fd) noexcept {
  struct stat of {};
  return identity(fstat(fd, &of), of);
}

}  // namespace outspan::fingerprint
