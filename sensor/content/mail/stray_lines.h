#pragma once

#include <string>

#include "content/chain/object_context.h"
#include "content/chain/stage.h"

namespace outspan::content {

/// Text among lines of base64: the footer of a mailing list, an address after padding. From the
/// first line with a byte that is not of the alphabet, or of nothing but a number, to the next long
/// line of base64 it is searched as it came, in a node "unconverted", with what little came before.
/// Memory: kBefore bytes.
class StrayLines {
 public:
  StrayLines(ObjectContext& context, const Node& node, std::uint32_t depth) noexcept
      : context_(context), node_(node), depth_(depth) {}

  /// `bytes[at]` is not of the alphabet, and no padding. In order; `bytes` is one piece until
  /// end_of_piece().
  void stranger(Bytes bytes, std::size_t at) noexcept;
  void end_of_piece(Bytes bytes) noexcept;
  /// A gap, a boundary.
  void cut() noexcept;
  void pause() noexcept {
    if (text_) text_->pause();
  }
  void finish() noexcept {
    if (text_) text_->finish();
  }

 private:
  static constexpr std::size_t kBefore = 1024;
  /// A line of base64 that is not the last one.
  static constexpr std::size_t kLine = 60;

  void add(Bytes bytes) noexcept;
  void end_line() noexcept;
  void turn_on() noexcept;

  ObjectContext& context_;
  const Node& node_;
  std::uint32_t depth_;
  std::string before_;          // while it is off: short lines and the beginning of this one
  std::size_t piece_at_ = 0;    // what of the piece is not added
  std::size_t line_bytes_ = 0;  // that were added
  bool strange_ = false;        // this line
  bool on_ = false;
  StagePtr text_;
};

}  // namespace outspan::content
