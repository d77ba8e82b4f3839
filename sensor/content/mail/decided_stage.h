#pragma once

#include <array>
#include <functional>

#include "content/chain/object_context.h"
#include "content/chain/stage.h"
#include "marks/marks.h"

namespace outspan::content {

/// Bytes that a header says something of: holds back how they begin until that is compared, and
/// builds the stage that reads them.
class DecidedStage final : public Stage {
 public:
  /// `beginning`: marks::kBeginningBytes, or all there is; empty: it is lost. Not nullptr.
  using Decide = std::function<StagePtr(Bytes beginning)>;
  DecidedStage(ObjectContext& context, const Node& node, Decide decide) noexcept
      : Stage(context, node), decide_(std::move(decide)) {}

  void read(Bytes bytes) noexcept override;
  void gap() noexcept override;
  void boundary() noexcept override;
  void pause() noexcept override;
  void end() noexcept override;

 private:
  void settle() noexcept;

  Decide decide_;
  std::array<std::uint8_t, marks::kBeginningBytes> held_;
  std::size_t held_size_ = 0;
  StagePtr next_;  // nullptr: not decided
};

}  // namespace outspan::content
