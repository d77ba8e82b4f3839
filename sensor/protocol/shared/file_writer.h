#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/budget.h"
#include "core/stats.h"
#include "protocol/object.h"
#include "protocol/parser.h"

namespace outspan::protocol {

/// Early blocks of all files of a pipeline (SharedState).
struct HeldBlocks {
  static constexpr std::size_t kBytesMax = 48 << 20;
  Budget budget{kBytesMax};
  std::uint64_t holes = 0;  ///< that were given up because too much was held
  void report(Stats& stats) const;
};

/// Puts a file together that passes in blocks with an offset each (SMB, NFS, TFTP), as one object
/// of one part, in the order of the file. Blocks that come early are held; where they are too many,
/// the hole before them becomes a gap. What comes late, or is written over what was there, is
/// searched as well: as parts of a second object of the same name.
///
/// Bound: kHeldBytesMax of early blocks a file, HeldBlocks::kBytesMax a pipeline. (A client of SMB
/// has two blocks of 8 MiB on the way, and the second may be answered first.) Thread: the
/// pipeline's.
class FileWriter {
 public:
  static constexpr std::size_t kHeldBytesMax = 16 << 20;
  /// What a held block costs beside its bytes.
  static constexpr std::size_t kBlockHeldBytes = 128;
  /// A file with a hole whose close may have been in it ends after that long without a block.
  static constexpr Duration kSilenceMax = std::chrono::seconds(60);

  /// `side`: who sends the bytes; it is inspected. `host` outlives the writer. `begin`: offset of
  /// the first byte that is expected; 0 but for files that were opened before the capture.
  FileWriter(ParserHost& host, Side side, ObjectInfo info, std::string file_name,
             std::uint64_t begin = 0) noexcept;
  ~FileWriter();
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;

  /// A block begins: data() and gap() are its bytes. No end is needed.
  void block(std::uint64_t offset) noexcept;
  void data(Bytes bytes) noexcept;
  /// So many bytes of the block were lost.
  void gap(std::uint64_t missing_bytes) noexcept { at_ += missing_bytes; }
  void pause() noexcept;
  /// The file was closed, or the flow ended.
  void close(ObjectEnd how) noexcept;

  /// Nothing before `end` is missing.
  [[nodiscard]] bool has_all_to(std::uint64_t end) const noexcept {
    return end_ >= end && !gapped_;
  }
  [[nodiscard]] bool stale(Timestamp now) const noexcept {
    return (gapped_ || !held_.empty()) && now - last_block_ > kSilenceMax;
  }
  /// Who and where, once more is known.
  [[nodiscard]] ObjectInfo& info() noexcept { return writer_ ? writer_->info() : info_; }

 private:
  void append(Bytes bytes) noexcept;
  void late(std::uint64_t offset, Bytes bytes) noexcept;
  bool hold(Bytes bytes) noexcept;
  /// Gives held blocks that have become next in line; with `all` the others, too, after a gap each.
  void give_held(bool all) noexcept;
  void skip_to(std::uint64_t offset) noexcept;
  std::unique_ptr<ObjectWriter> begin_object() noexcept;
  void begin_part(ObjectWriter& writer) noexcept;
  [[nodiscard]] HeldBlocks& all_held() noexcept;

  ParserHost& host_;
  const Side side_;
  ObjectInfo info_;
  std::string file_name_;
  std::uint64_t at_ = 0;  // of the next byte of the current block
  std::uint64_t end_;     // of what writer_ was given
  std::uint64_t late_end_ = 0;
  bool gapped_ = false;
  Timestamp last_block_{};
  std::map<std::uint64_t, std::vector<std::uint8_t>> held_;  // by offset
  std::size_t held_bytes_ = 0;
  std::unique_ptr<ObjectWriter> writer_;
  std::unique_ptr<ObjectWriter> late_;
};

}  // namespace outspan::protocol
