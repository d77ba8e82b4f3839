#pragma once

#include <array>
#include <cstdint>

#include "content/chain/object_context.h"
#include "content/chain/stage.h"

namespace outspan::content {

/// Finds archives that are glued behind something else: a self-extracting program, a shell archive,
/// a zip behind an image. From the first mark of zip, 7z, rar or gzip with sensible fields behind
/// it, everything is the node "appended" as well. Programs that write gzip hold its mark: there
/// the first KiB must decode too, or it is passed over.
/// Memory: that KiB, while it comes in.
class AppendedFiles {
 public:
  AppendedFiles(ObjectContext& context, const Node& node, std::uint32_t depth) noexcept
      : context_(context), node_(node), depth_(depth) {}

  void data(Bytes bytes) noexcept;
  void gap() noexcept;
  void pause() noexcept;
  void finish() noexcept;

 private:
  /// What has to be seen behind a mark.
  static constexpr std::size_t kHead = 32;

  /// Of gzip: as much is decoded before it counts.
  static constexpr std::size_t kProbe = 1024;
  /// So many marks of gzip may be false. The next one counts: to try each costs time.
  static constexpr std::uint32_t kFalseMax = 64;

  void found(Bytes bytes) noexcept;
  std::size_t fill_probe(Bytes bytes) noexcept;
  void judge_probe() noexcept;
  bool start() noexcept;

  ObjectContext& context_;
  const Node& node_;
  std::uint32_t depth_;
  std::array<std::uint8_t, 2 * kHead> border_;  // the end of what came, and what follows it
  std::size_t held_ = 0;                        // of it, from before
  Buffer probe_;                                // what begins with a mark of gzip
  std::size_t probe_size_ = 0;
  std::uint32_t false_marks_ = 0;
  bool refused_ = false;
  StagePtr file_;
};

}  // namespace outspan::content
