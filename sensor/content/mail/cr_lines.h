#pragma once

#include "content/chain/object_context.h"
#include "content/chain/stage.h"

namespace outspan::content {

/// Lines that end with CR alone, as on old Macs: hands them on with LF, byte for byte.
class CrLines final : public Stage {
 public:
  CrLines(ObjectContext& context, StagePtr next) noexcept
      : context_(context), next_(std::move(next)) {}

  void data(Bytes bytes) noexcept override;
  void gap() noexcept override { next_->gap(); }
  void boundary() noexcept override { next_->boundary(); }
  void pause() noexcept override { next_->pause(); }
  void finish() noexcept override { next_->finish(); }

 private:
  ObjectContext& context_;
  StagePtr next_;
};

}  // namespace outspan::content
