#pragma once

#include "content/chain/stage.h"
#include "text/charset.h"

namespace outspan::content {

/// Converts to UTF-8 as the bytes come. Malformed input becomes U+FFFD. After a gap in UTF-16 the
/// bytes may be off by one; the conversion goes on as if they were not.
class CharsetStage final : public Stage {
 public:
  /// `converter` is not nullptr; `next` outlives the stage.
  CharsetStage(text::Converter converter, Stage& next) noexcept
      : converter_(std::move(converter)),
        next_(next),
        keeps_ascii_(text::keeps_ascii(*converter_)) {}

  void data(Bytes bytes) noexcept override { convert(bytes, false); }
  void gap() noexcept override;
  void boundary() noexcept override;
  void pause() noexcept override { next_.pause(); }
  void finish() noexcept override;

 private:
  void convert(Bytes bytes, bool flush) noexcept;
  text::Converter converter_;
  Stage& next_;
  bool keeps_ascii_;
};

}  // namespace outspan::content
