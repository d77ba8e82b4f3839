#pragma once

#include <array>
#include <cstdint>

#include "content/chain/object_context.h"
#include "content/chain/stage.h"
#include "marks/opaque_blocks.h"

namespace outspan::content {

/// Finds archives that are glued to something else: a self-extracting program, a shell archive, a
/// zip after an image, batches in the frames of a broker, fields of a database. From a mark of zip,
/// 7z, rar, gzip, zstd or zlib with sensible fields after it, everything is the node "appended" as
/// well, to the end of a compressed stream; then the next one is looked for, which is no deeper.
/// Programs that write gzip hold its mark: there the first KiB must decode too, or it is passed
/// over; of zstd and zlib likewise. Memory: that KiB, while it comes in.
class AppendedFiles {
 public:
  /// `others`: gets the bytes that are in none of them; outlives this.
  AppendedFiles(ObjectContext& context, const Node& node, std::uint32_t depth,
                marks::OpaqueBlocks& others) noexcept
      : context_(context), node_(node), depth_(depth), others_(others) {}

  void data(Bytes bytes) noexcept;
  void gap() noexcept;
  void pause() noexcept;
  void finish() noexcept;

 private:
  /// What has to be seen after a mark.
  static constexpr std::size_t kHead = 32;

  /// Of compressed streams: as much is decoded before it counts.
  static constexpr std::size_t kProbe = 1024;
  /// So many marks of them may be false. The next one counts: to try each costs time.
  static constexpr std::uint32_t kFalseMax = 64;

  /// What comes after a probe.
  enum class Then : std::uint8_t { more, gap, end };

  std::size_t take(Bytes bytes) noexcept;
  std::size_t search(Bytes bytes) noexcept;
  void begin_file(Bytes bytes) noexcept;
  std::size_t fill_probe(Bytes bytes) noexcept;
  void judge_probe(Then then) noexcept;
  std::size_t feed(Bytes bytes) noexcept;
  std::uint64_t end_file() noexcept;
  void start() noexcept;

  ObjectContext& context_;
  const Node& node_;
  std::uint32_t depth_;
  marks::OpaqueBlocks& others_;
  std::array<std::uint8_t, 2 * kHead> border_;  // the end of what came, and what follows it
  std::size_t held_ = 0;                        // of it, from before
  Buffer probe_;                                // what begins with a mark of gzip
  std::size_t probe_size_ = 0;
  std::uint32_t false_marks_ = 0;
  bool refused_ = false;
  const Node* appended_ = nullptr;  // of the first one, and all after it
  StagePtr file_;
  std::uint64_t following_ = 0;  // bytes that file_ was given after its end
};

}  // namespace outspan::content
