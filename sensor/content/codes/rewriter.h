#pragma once

#include <cstdint>
#include <string_view>

#include "content/chain/object_context.h"
#include "content/chain/stage.h"

namespace outspan::content {

/// Writes the text of a node a second time, in another way, as a node of its own, which is made
/// when there is something to write.
///
/// A budget that is reached ends the second text only and is counted: the bytes were inspected as
/// they came, so none changes its column of the ledger.
class Rewriter : public Stage {
 public:
  void gap() noexcept final { boundary(); }
  void boundary() noexcept final;
  void pause() noexcept final;

 protected:
  /// `name`: of the node below `node`; a literal. `depth`: of `node`.
  Rewriter(ObjectContext& context, const Node& node, const char* name, std::uint32_t depth) noexcept
      : Stage(context, node), name_(name), depth_(depth) {}

  [[nodiscard]] ObjectContext& context() noexcept { return context_; }
  void write(std::string_view text) noexcept;
  /// The next text.
  virtual void rewrite(Bytes text) noexcept = 0;
  /// Write what is held back; the text may go on all the same.
  virtual void settle() noexcept = 0;
  /// The text ends, and what follows has nothing to do with it.
  virtual void forget() noexcept {}

 private:
  void read(Bytes text) noexcept final {
    claim(As::decoded, text.size());
    rewrite(text);
  }
  void end() noexcept final;
  /// false: a budget does not allow it.
  bool open() noexcept;

  const char* name_;
  std::uint32_t depth_;
  bool refused_ = false;
  StagePtr text_;
};

}  // namespace outspan::content
