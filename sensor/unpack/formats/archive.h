#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/bytes.h"
#include "unpack/pool/outcome.h"
#include "unpack/worker/output.h"

/// Forward declaration of libarchive's handle.
struct archive;

namespace outspan::unpack {

/// One file of an archive while it is read. Errors of the library end the walk.
class ArchiveEntry {
 public:
  /// `rest`: the archive from the entry's bytes on.
  ArchiveEntry(::archive* reader, std::string name, Bytes rest)
      : reader_(reader), name_(std::move(name)), rest_(rest) {}
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// Hands on its bytes. false: they are damaged; what came before was handed on.
  bool read(const std::function<void(Bytes)>& take);
  /// All its bytes. Errors: Stop with Outcome::expansion beyond `bytes_max`.
  std::string read_whole(std::size_t bytes_max);
  /// Its first bytes, as many of them as come at once. It cannot be read any more then.
  std::string read_beginning(std::size_t bytes);

 private:
  ::archive* reader_;
  std::string name_;
  Bytes rest_;
};

/// Calls `visit` for each file of the archive in its order. What the beginning shows decides the
/// format: only that one is read, since libarchive takes much for an empty tar or an mtree.
/// `encrypted`: gets the name of each file that is behind a password. `rest`: gets what follows the
/// last file that could be read, or the end of the archive, if anything does.
Outcome walk_archive(Bytes file, const std::function<void(ArchiveEntry&)>& visit,
                     const std::function<void(std::string_view)>& encrypted = nullptr,
                     const std::function<void(Bytes)>& rest = nullptr);

/// zip (and OOXML, ODF, which are zips), 7z, rar, cab, iso, cpio, ar; bzip2, xz, lzma, lz4, lzip,
/// .Z.
Outcome unpack_archive(Bytes file, Output& output);

}  // namespace outspan::unpack
