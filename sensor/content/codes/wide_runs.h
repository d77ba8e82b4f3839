#pragma once

#include <cstdint>
#include <string>

#include "content/chain/object_context.h"
#include "content/chain/stage.h"

namespace outspan::content {

/// Finds UTF-16 text (both byte orders, ASCII characters) inside bytes, as Windows programs and
/// protocols hold it, and hands it on as text of a node without a name.
class WideRuns {
 public:
  static constexpr std::size_t kMinCharacters = 8;

  WideRuns(ObjectContext& context, const Node& node, std::uint32_t depth) noexcept
      : context_(context), node_(node), depth_(depth) {}

  /// `has_zero`: false if there is none among the bytes.
  void data(Bytes bytes, bool has_zero) noexcept;
  void boundary() noexcept;
  void pause() noexcept;
  void finish() noexcept;

 private:
  void step(std::uint8_t byte) noexcept;
  void end_run() noexcept;
  void flush() noexcept;

  ObjectContext& context_;
  const Node& node_;
  std::uint32_t depth_;
  std::uint8_t before_ = 0xff;  // the byte before the current one
  bool big_endian_ = false;
  bool active_ = false;
  bool wants_zero_ = false;
  bool flushed_ = false;  // the run is long enough, and its beginning was handed on
  std::uint8_t character_ = 0;
  std::string run_;
  StagePtr text_;
};

}  // namespace outspan::content
