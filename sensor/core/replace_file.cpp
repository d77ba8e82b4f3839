#include "core/replace_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "core/file_descriptor.h"

namespace outspan {
namespace {

bool is_special(const std::string& path) {
  struct stat found {};
  return ::stat(path.c_str(), &found) == 0 && !S_ISREG(found.st_mode);
}

std::string problem_with(const std::string& path) { return path + ": " + std::strerror(errno); }

FileDescriptor open_for_writing(const std::string& path, mode_t mode) {
  return FileDescriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

std::string replace_file(const std::string& path, std::string_view text, mode_t mode) {
  const bool special = is_special(path);
  const std::string part = special ? path : path + ".part";
  FileDescriptor file = open_for_writing(part, mode);
  if (!file || (!special && ::fchmod(file.get(), mode) != 0) || !write_all(file.get(), text))
    return problem_with(path);
  file.reset();
  if (!special && std::rename(part.c_str(), path.c_str()) != 0) return problem_with(path);
  return {};
}

std::string replace_file_problem(const std::string& path) {
  const bool special = is_special(path);
  const std::string part = special ? path : path + ".part";
  const FileDescriptor file = open_for_writing(part, 0600);
  if (!file) return problem_with(path);
  if (!special) ::unlink(part.c_str());
  return {};
}

}  // namespace outspan
