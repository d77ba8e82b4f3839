#include "content/chain/charset_stage.h"

#include <array>

namespace outspan::content {
namespace {

bool all_ascii(Bytes bytes) noexcept {
  std::uint8_t any = 0;
  for (const std::uint8_t byte : bytes) any |= byte;
  return any < 0x80;
}

}  // namespace

void CharsetStage::convert(Bytes bytes, bool flush) noexcept {
  if (keeps_ascii_ && all_ascii(bytes)) {
    if (!bytes.empty()) next_.data(bytes);
    return;
  }
  std::array<char, text::kConvertedBytes> piece;
  for (bool more = true; more;) {
    const std::size_t size = text::convert(*converter_, bytes, flush, piece, more);
    if (size > 0) next_.data(as_bytes({piece.data(), size}));
  }
}

void CharsetStage::gap() noexcept {
  ucnv_resetToUnicode(converter_.get());
  next_.gap();
}

void CharsetStage::boundary() noexcept {
  convert({}, true);
  ucnv_resetToUnicode(converter_.get());
  next_.boundary();
}

void CharsetStage::finish() noexcept {
  convert({}, true);
  next_.finish();
}

}  // namespace outspan::content
