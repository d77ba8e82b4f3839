#pragma once

#include <string>
#include <string_view>

#include <unicode/ucnv.h>

#include "content/stage.h"
#include "core/handle.h"

namespace outspan::content {

using Converter = CHandle<UConverter, ucnv_close>;

/// A converter for a charset as it is named in a header. nullptr: no conversion is wanted (UTF-8,
/// ASCII) or the name is unknown; the bytes are then scanned as they are.
Converter open_charset(std::string_view name) noexcept;

/// The whole of `bytes` as UTF-8; as it is for charsets without a converter.
std::string to_utf8(std::string_view charset, std::string_view bytes) noexcept;

/// Converts to UTF-8 as the bytes come. Malformed input becomes U+FFFD. After a gap in UTF-16 the
/// bytes may be off by one; the conversion goes on as if they were not.
class CharsetStage final : public Stage {
 public:
  /// `converter` is not nullptr; `next` outlives the stage.
  CharsetStage(Converter converter, Stage& next) noexcept;

  void data(Bytes bytes) noexcept override { convert(bytes, false); }
  void gap() noexcept override;
  void boundary() noexcept override;
  void pause() noexcept override { next_.pause(); }
  void finish() noexcept override;

 private:
  void convert(Bytes bytes, bool flush) noexcept;
  Converter converter_;
  Stage& next_;
  bool ascii_superset_;
};

}  // namespace outspan::content
