#pragma once

#include "content/chain/object_context.h"
#include "content/chain/stage.h"

namespace outspan::content {

/// Lines that end with CR alone, as on old Macs: hands them on with LF, byte for byte.
class CrLines final : public Stage {
 public:
  CrLines(ObjectContext& context, const Node& node, StagePtr next) noexcept
      : Stage(context, node), next_(std::move(next)) {}

  void read(Bytes bytes) noexcept override;
  void gap() noexcept override { next_->gap(); }
  void boundary() noexcept override { next_->boundary(); }
  void pause() noexcept override { next_->pause(); }
  void end() noexcept override { next_->finish(); }

 private:
  StagePtr next_;
};

}  // namespace outspan::content
