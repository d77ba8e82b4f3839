#pragma once

#include "content/chain/kept_bytes.h"
#include "content/chain/object_context.h"
#include "content/chain/opener.h"
#include "content/chain/stage.h"
#include "unpack/pool/kind.h"

namespace outspan::content {

/// Collects a file that a worker opens, up to Limits::object_mib and the memory budget, and gives
/// it to the FileQueue. One that is too large, or of which a piece is missing, is read as it comes:
/// a zip as a zip, anything else as bytes.
class FileStage final : public Stage {
 public:
  struct Options {
    unpack::Kind kind{};
    bool zip = false;
    /// It is one only if the mark of ISO 9660 stands where it should.
    bool iso = false;
    std::uint32_t depth = 0;
  };
  FileStage(ObjectContext& context, const Node& node, Options options) noexcept;

  void read(Bytes bytes) noexcept override;
  void gap() noexcept override;
  void boundary() noexcept override {}
  void pause() noexcept override;
  void end() noexcept override;

 private:
  bool keep(Bytes bytes) noexcept;
  void read_as_it_comes(const char* reason) noexcept;
  [[nodiscard]] bool is_iso() const noexcept;

  Options options_;
  KeptBytes whole_;
  std::uint64_t wire_begin_;
  std::uint64_t bytes_seen_ = 0;
  StagePtr as_it_comes_;  // set: it is not collected
  const char* reason_ = nullptr;
};

/// Whether files can be opened whole.
bool has_workers(const Opening& opening) noexcept;
/// Opened whole by a worker; `options.depth` is the opening's.
Opened open_whole(const Opening& opening, FileStage::Options options) noexcept;
/// The same, "unsupported" where there are no workers.
template <unpack::Kind kind>
Opened open_by_worker(const Opening& opening) noexcept {
  return has_workers(opening) ? open_whole(opening, {.kind = kind})
                              : unopened(opening.mark, "unsupported");
}
/// Of zeros: a disk image, perhaps.
Opened open_zeros(const Opening& opening) noexcept;

}  // namespace outspan::content
