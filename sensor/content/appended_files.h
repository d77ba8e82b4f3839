#pragma once

#include <array>
#include <cstdint>

#include "content/object_context.h"
#include "content/stage.h"

namespace outspan::content {

/// Finds archives that are glued behind something else: a self-extracting program, a shell archive,
/// a zip behind an image. From the first mark of zip, 7z, rar or gzip with sensible fields behind
/// it, everything is the node "appended" as well.
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

  bool start() noexcept;

  ObjectContext& context_;
  const Node& node_;
  std::uint32_t depth_;
  std::array<std::uint8_t, 2 * kHead> border_;  // the end of what came, and what follows it
  std::size_t held_ = 0;                        // of it, from before
  bool refused_ = false;
  StagePtr file_;
};

}  // namespace outspan::content
