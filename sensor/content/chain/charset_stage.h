#pragma once

#include <array>
#include <cstdint>
#include <utility>

#include "content/chain/object_context.h"
#include "content/chain/stage.h"
#include "text/charset.h"

namespace outspan::content {

/// Converts to UTF-8 as the bytes come. Malformed input becomes U+FFFD. After a gap in UTF-16 the
/// bytes may be off by one; the conversion goes on as if they were not.
///
/// What is ASCII although the charset has it elsewhere (UTF-16, EBCDIC) or as part of something
/// else (UTF-7, ISO 2022) is searched as it came as well, in a node "unconverted": a label or a
/// beginning does not hide what follows.
class CharsetStage final : public Stage {
 public:
  /// `converter` is not nullptr; `next` outlives the stage.
  CharsetStage(ObjectContext& context, const Node& node, std::uint32_t depth,
               text::Converter converter, Stage& next) noexcept
      : Stage(context, node),
        depth_(depth),
        converter_(std::move(converter)),
        ascii_(text::ascii_in(*converter_)),
        next_(next) {}

  void read(Bytes bytes) noexcept override {
    claim(As::decoded, bytes.size());
    convert(bytes, false);
  }
  void gap() noexcept override;
  void boundary() noexcept override;
  void pause() noexcept override;
  void end() noexcept override;

 private:
  /// Fewer characters in a row are not ASCII but bytes that look so.
  static constexpr std::size_t kStretch = 24;

  void convert(Bytes bytes, bool flush) noexcept;
  void search_ascii(Bytes bytes) noexcept;
  void take_ascii(Bytes bytes) noexcept;
  void end_stretch() noexcept;

  std::uint32_t depth_;
  text::Converter converter_;
  text::AsciiIs ascii_;
  Stage& next_;
  StagePtr unconverted_;                     // nullptr: no such ASCII so far
  bool in_stretch_ = false;                  // that goes on
  std::array<std::uint8_t, kStretch> held_;  // of one that may become long enough
  std::size_t held_size_ = 0;
};

}  // namespace outspan::content
