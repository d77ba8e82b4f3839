#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <thread>

#include "fingerprint/index/index.h"

namespace outspan::fingerprint {
namespace {

Digest sha256(Bytes bytes) noexcept {
  Digest digest{};
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return digest;
}

Problem unreadable(const std::string& path) {
  return {path, std::string("the index cannot be read: ") + std::strerror(errno)};
}

/// An index file that is open.
class File {
 public:
  explicit File(const std::string& path) noexcept : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (fd_ >= 0) identity_ = FileIdentity::of(fd_);
  }
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  [[nodiscard]] bool good() const noexcept { return identity_.has_value(); }
  [[nodiscard]] std::uint64_t size() const noexcept { return identity_->bytes; }
  [[nodiscard]] const FileIdentity& identity() const noexcept { return *identity_; }
  /// False: it is shorter than it was, or cannot be read.
  bool read(std::uint64_t offset, std::span<std::uint8_t> out) const noexcept {
    while (!out.empty()) {
      const ssize_t size = pread(fd_, out.data(), out.size(), static_cast<off_t>(offset));
      if (size < 0 && errno == EINTR) continue;
      if (size <= 0) return false;
      out = out.subspan(static_cast<std::size_t>(size));
      offset += static_cast<std::uint64_t>(size);
    }
    return true;
  }

 private:
  int fd_;
  std::optional<FileIdentity> identity_;
};

/// Large pages: a look-up otherwise misses the TLB at each of its steps. Not in core dumps.
std::span<std::uint8_t> reserve(std::size_t bytes) noexcept {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return {};
  static_cast<void>(madvise(memory, bytes, MADV_HUGEPAGE));
  static_cast<void>(madvise(memory, bytes, MADV_DONTDUMP));
  return {static_cast<std::uint8_t*>(memory), bytes};
}

/// Gives the memory back unless it was taken over.
class Reserved {
 public:
  explicit Reserved(std::size_t bytes) noexcept : memory_(reserve(bytes)) {}
  ~Reserved() {
    if (!memory_.empty()) munmap(memory_.data(), memory_.size());
  }
  Reserved(const Reserved&) = delete;
  Reserved& operator=(const Reserved&) = delete;
  [[nodiscard]] std::span<std::uint8_t> memory() const noexcept { return memory_; }
  std::span<std::uint8_t> take() noexcept { return std::exchange(memory_, {}); }

 private:
  std::span<std::uint8_t> memory_;
};

/// Calls piece(i) for each of `count` pieces, on all cores. False: one of them said so.
template <class Piece>
bool all_pieces(std::size_t count, Piece piece) {
  std::atomic<std::size_t> next{0};
  std::atomic<bool> good{true};
  const auto work = [&] {
    for (std::size_t i = next++; i < count && good; i = next++)
      if (!piece(i)) good = false;
  };
  const std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < std::min(cores, count); ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
  return good;
}

/// Reads everything behind the header into `memory` and compares it with its digests.
std::optional<Problem> read_sections(const std::string& path, const File& file,
                                     const Header& header, std::span<std::uint8_t> memory) {
  const Problem cut{path, "this index is damaged: it is cut short"};
  const Problem changed{path, "this index is damaged: its content is not what was written"};
  const Section* digests = header.section(SectionKind::digests);
  if (digests == nullptr || digests->offset > file.size() ||
      digests->bytes > file.size() - digests->offset || digests->offset < kHeaderBytes)
    return cut;
  const std::size_t pieces = (digests->offset - kHeaderBytes + kDigestPiece - 1) / kDigestPiece;
  if (digests->bytes != pieces * sizeof(Digest)) return changed;
  if (digests->offset + digests->bytes != file.size()) return changed;  // it ends the file
  const auto expected = memory.subspan(digests->offset, digests->bytes);
  if (!file.read(digests->offset, expected)) return cut;
  if (sha256(expected) != header.digests_digest) return changed;
  const bool good = all_pieces(pieces, [&](std::size_t i) {
    const std::uint64_t offset = kHeaderBytes + i * kDigestPiece;
    const auto piece =
        memory.subspan(offset, std::min<std::uint64_t>(kDigestPiece, digests->offset - offset));
    return file.read(offset, piece) &&
           std::memcmp(sha256(piece).data(), expected.data() + i * sizeof(Digest),
                       sizeof(Digest)) == 0;
  });
  if (!good) return changed;
  return std::nullopt;
}

Problem inconsistent(const std::string& path) {
  return {path, "this index is damaged: its parts do not fit together"};
}

}  // namespace

Result<Header> read_header(const std::string& path) {
  const File file(path);
  if (!file.good()) return unreadable(path);
  std::vector<std::uint8_t> bytes(std::min<std::uint64_t>(file.size(), kHeaderBytes));
  if (!file.read(0, bytes)) return unreadable(path);
  return decode(path, bytes, nullptr);
}

Result<std::shared_ptr<const Index>> Index::load(const std::string& path, KeyPtr key) {
  const File file(path);
  if (!file.good()) return unreadable(path);
  std::vector<std::uint8_t> head(std::min<std::uint64_t>(file.size(), kHeaderBytes));
  if (!file.read(0, head)) return unreadable(path);
  auto header = decode(path, head, key.get());
  if (!header) return header.problems();
  Reserved memory(file.size());
  if (memory.memory().empty())
    return Problem{
        path, "there is no memory for an index of " + std::to_string(file.size() >> 20) + " MiB"};
  if (auto problem = read_sections(path, file, *header, memory.memory())) return *problem;
  // Without a key nothing will be found, but all of it can be checked.
  static constexpr std::array<std::uint8_t, Key::kBytes> kNone{};
  if (!key) key = Key::from_bytes(kNone);
  const std::shared_ptr<Index> index(new Index(std::move(*header), std::move(key), memory.take()));
  index->file_ = file.identity();
  if (!index->arrange()) return inconsistent(path);
  return std::shared_ptr<const Index>(index);
}

Result<std::shared_ptr<const Index>> Index::from_bytes(Bytes file, KeyPtr key) {
  auto header = decode("index", file, nullptr);
  if (!header) return header.problems();
  Reserved memory(file.size());
  if (memory.memory().empty()) return Problem{"index", "no memory"};
  std::copy(file.begin(), file.end(), memory.memory().begin());
  const std::shared_ptr<Index> index(new Index(std::move(*header), std::move(key), memory.take()));
  if (!index->arrange()) return inconsistent("index");
  return std::shared_ptr<const Index>(index);
}

std::optional<Problem> verify(const std::string& path, const KeyPtr& key) {
  const auto index = Index::load(path, key);
  if (!index) return index.problems().front();
  if (!(*index)->consistent()) return inconsistent(path);
  return std::nullopt;
}

}  // namespace outspan::fingerprint
