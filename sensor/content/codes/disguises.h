#pragma once

#include <array>
#include <cstdint>

#include "content/chain/object_context.h"
#include "content/chain/stage.h"
#include "content/text.h"

namespace outspan::content {

/// Undoes cheap disguises of the text of a node (Config::inspect_disguises), each in a node of its
/// own: "rot13", "reversed" (each line, in pieces of at most 4 KiB), and "spaced" ("a l i c e":
/// single characters with one blank between them).
///
/// Calls: as of TextStage: windows in order; boundary where no text goes on.
class Disguises {
 public:
  Disguises(ObjectContext& context, const Node& node, std::uint32_t depth);

  /// Looks at the core of a window, its escapes undone. The window's views may be gone afterwards.
  void data(const Window& window) noexcept;
  void boundary() noexcept;
  void pause() noexcept;
  void finish() noexcept;

 private:
  ObjectContext& context_;
  std::array<StagePtr, 3> rewriters_;
};

}  // namespace outspan::content
