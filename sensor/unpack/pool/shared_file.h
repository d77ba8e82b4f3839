#pragma once

#include <cstdint>

#include "core/bytes.h"

namespace outspan::unpack {

/// A file that a worker is to open, in memory that can be handed to it. Written in pieces, as there
/// is time: a MiB costs the kernel some milliseconds. Once it is sealed neither side can change it
/// any more (memfd_create(2), F_SEAL_WRITE).
/// Thread: one at a time. Errors: false; the file cannot be sealed then.
class SharedFile {
 public:
  SharedFile() = default;
  SharedFile(const SharedFile&) = delete;
  SharedFile& operator=(const SharedFile&) = delete;
  ~SharedFile();

  /// Adds all of `bytes` or, as far as size() knows, nothing.
  bool append(Bytes bytes) noexcept;
  bool seal() noexcept;

  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  /// What was added; empty when the system has no room for the mapping. Nothing is added after it.
  [[nodiscard]] Bytes bytes() noexcept;
  /// -1: it is empty.
  [[nodiscard]] int descriptor() const noexcept { return memory_; }

 private:
  int memory_ = -1;
  bool failed_ = false;
  std::uint64_t size_ = 0;
  Bytes mapped_;
};

}  // namespace outspan::unpack
