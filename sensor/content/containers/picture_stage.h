#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "content/chain/object_context.h"
#include "content/chain/opener.h"
#include "content/chain/stage.h"
#include "content/containers/picture_parts.h"

namespace outspan::content {

Opened open_picture(const Opening& opening) noexcept;

/// Reads what people and programs write into pictures (PNG, JPEG, GIF, WebP), as it comes: texts
/// and comments are nodes of their own, inflated and joined where their format cuts them, EXIF and
/// kin are searched as bytes. Pixels and structure are searched as bytes too, all in one, and
/// archives behind them are opened. Where the structure ends or is none, the rest is that as well.
/// Memory: the beginning of one segment.
class PictureStage final : public Stage {
 public:
  PictureStage(ObjectContext& context, const Node& node, std::uint32_t depth,
               std::unique_ptr<PictureFormat> format) noexcept;

  void read(Bytes bytes) noexcept override;
  void gap() noexcept override;
  void boundary() noexcept override;
  void pause() noexcept override;
  void end() noexcept override;

  /// Bytes so far that are texts and other content beside the pixels.
  [[nodiscard]] const std::uint64_t& text_bytes() const noexcept { return text_bytes_; }

 private:
  enum class State : std::uint8_t { head, prefix, body, scan, after };

  std::size_t step(Bytes bytes, std::int64_t at) noexcept;
  std::size_t take_head(Bytes bytes, std::int64_t at) noexcept;
  void begin_segment(std::size_t used) noexcept;
  void give_head(Bytes head) noexcept;
  std::size_t take_prefix(Bytes bytes, std::int64_t at) noexcept;
  void open_part() noexcept;
  std::size_t take_body(Bytes bytes, std::int64_t at) noexcept;
  std::size_t take_scan(Bytes bytes, std::int64_t at) noexcept;
  void end_segment() noexcept;
  void end_part() noexcept;
  [[nodiscard]] bool is_content() const noexcept {
    return segment_.part != PicturePart::frame && segment_.part != PicturePart::pixels;
  }

  std::uint32_t depth_;
  std::unique_ptr<PictureFormat> format_;
  StagePtr rest_;  // pixels and structure
  StagePtr part_;  // what is being read, or may go on
  State state_ = State::head;
  std::array<std::uint8_t, PictureFormat::kHeadMax> head_{};
  std::size_t head_size_ = 0;
  std::size_t head_claimed_ = 0;  // bytes of it that were searched before it began
  PictureSegment segment_;
  std::uint64_t left_ = 0;  // of the segment
  bool after_ff_ = false;   // of a scan
  std::uint64_t text_bytes_ = 0;
};

}  // namespace outspan::content
