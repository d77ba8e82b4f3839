#pragma once

#include <cstdint>
#include <string>

#include "content/object_context.h"
#include "content/stage.h"

namespace outspan::content {

/// Text that may hold uuencoded files ("begin 644 name" ... "end"): hands everything on as it is,
/// and decodes such files into nodes of their own. Holds at most one line.
class UuFinder final : public Stage {
 public:
  UuFinder(ObjectContext& context, const Node& node, std::uint32_t depth, StagePtr next) noexcept
      : context_(context), node_(node), depth_(depth), next_(std::move(next)) {}

  void data(Bytes bytes) noexcept override;
  void gap() noexcept override;
  void boundary() noexcept override;
  void pause() noexcept override { next_->pause(); }
  void finish() noexcept override;

 private:
  void take_line() noexcept;
  void begin_file(std::string_view name) noexcept;
  void decode_line() noexcept;
  void end_file() noexcept;

  ObjectContext& context_;
  const Node& node_;
  std::uint32_t depth_;
  StagePtr next_;
  StagePtr file_;
  std::string line_;
  bool passing_ = false;  // the line is none of ours: nothing more of it is kept
};

}  // namespace outspan::content
