#include "fingerprint/build/index_file.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace outspan::fingerprint {
namespace {

Digest sha256(Bytes bytes) noexcept {
  Digest digest{};
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return digest;
}

}  // namespace

IndexFile::IndexFile(std::string path)
    : path_(std::move(path)), temporary_(path_ + ".new." + std::to_string(getpid())) {
  // Readable by its owner's group as well: without the key it says nothing.
  fd_ = open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
  if (fd_ < 0) fail("cannot be written");
  piece_.reserve(kDigestPiece);
}

IndexFile::~IndexFile() {
  if (fd_ < 0) return;
  close(fd_);
  unlink(temporary_.c_str());
}

void IndexFile::fail(const char* what) {
  if (problem_.empty()) problem_ = std::string("the index ") + what + ": " + std::strerror(errno);
}

std::optional<Problem> IndexFile::problem() const {
  if (problem_.empty()) return std::nullopt;
  return Problem{path_, problem_};
}

void IndexFile::begin_section(SectionKind kind, std::uint32_t column) {
  static constexpr std::uint8_t kZeros[kAlignment] = {};
  write(Bytes(kZeros).first((kAlignment - offset_ % kAlignment) % kAlignment));
  sections_.push_back({kind, column, offset_, 0});
}

void IndexFile::end_section() { sections_.back().bytes = offset_ - sections_.back().offset; }

void IndexFile::write(Bytes bytes) {
  while (!bytes.empty()) {
    const std::size_t room = std::min(kDigestPiece - piece_.size(), bytes.size());
    piece_.insert(piece_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(room));
    bytes = bytes.subspan(room);
    offset_ += room;
    if (piece_.size() == kDigestPiece) flush();
  }
}

void IndexFile::flush() {
  if (piece_.empty()) return;
  const Digest digest = sha256(piece_);
  digests_.insert(digests_.end(), digest.begin(), digest.end());
  write_out(offset_ - piece_.size(), piece_);
  piece_.clear();
}

void IndexFile::write_out(std::uint64_t offset, Bytes bytes) {
  while (!bytes.empty() && !failed()) {
    const ssize_t size = pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return fail("cannot be written");
    bytes = bytes.subspan(static_cast<std::size_t>(size));
    offset += static_cast<std::uint64_t>(size);
  }
}

std::optional<Problem> IndexFile::commit(Header header, const Key& key) {
  // The digests cover the padding before their own section as well.
  begin_section(SectionKind::digests);
  flush();
  sections_.back().bytes = digests_.size();
  write_out(offset_, digests_);
  offset_ += digests_.size();
  header.sections = sections_;
  header.digests_digest = sha256(digests_);
  auto encoded = encode(header, key);
  if (!encoded) return Problem{path_, encoded.problems().front().what};
  write_out(0, *encoded);
  if (!failed() && fsync(fd_) != 0) fail("cannot be made durable");
  if (!failed() && std::rename(temporary_.c_str(), path_.c_str()) != 0) fail("cannot be renamed");
  if (failed()) return problem();
  close(fd_);
  fd_ = -1;
  // The new name, too, has to survive a power cut.
  std::string folder = std::filesystem::path(path_).parent_path().string();
  if (folder.empty()) folder = ".";
  if (const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); fd >= 0) {
    static_cast<void>(fsync(fd));
    close(fd);
  }
  return std::nullopt;
}

}  // namespace outspan::fingerprint
