#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "fingerprint/index/header.h"

namespace outspan::fingerprint {

/// Writes the file of an index from front to back, digesting it on the way, under a temporary name
/// beside the one that it gets at the end: nobody ever sees half of one.
class IndexFile {
 public:
  /// `path` is the final name.
  explicit IndexFile(std::string path);
  /// Removes what was not committed.
  ~IndexFile();
  IndexFile(const IndexFile&) = delete;
  IndexFile& operator=(const IndexFile&) = delete;

  void begin_section(SectionKind kind, std::uint32_t column = 0);
  void write(Bytes bytes);
  void end_section();

  /// Adds the section of digests and the header, makes it durable and gives it its name.
  std::optional<Problem> commit(Header header, const Key& key);

  /// What went wrong so far: later writes do nothing.
  [[nodiscard]] bool failed() const noexcept { return !problem_.empty(); }
  [[nodiscard]] std::optional<Problem> problem() const;
  [[nodiscard]] std::uint64_t bytes() const noexcept { return offset_; }

 private:
  void flush();
  void write_out(std::uint64_t offset, Bytes bytes);
  void fail(const char* what);

  std::string path_, temporary_;
  int fd_ = -1;
  std::string problem_;
  std::vector<std::uint8_t> piece_;  // of kDigestPiece, not written yet
  std::uint64_t offset_ = kHeaderBytes;
  std::vector<std::uint8_t> digests_;
  std::vector<Section> sections_;
};

}  // namespace outspan::fingerprint
