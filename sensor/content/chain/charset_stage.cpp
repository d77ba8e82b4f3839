#include "content/chain/charset_stage.h"

#include <algorithm>
#include <array>
#include <utility>

#include "text/byte_class.h"

namespace outspan::content {

void CharsetStage::convert(Bytes bytes, bool flush) noexcept {
  if (ascii_ == text::AsciiIs::itself && text::ascii_bytes(bytes) == bytes.size()) {
    if (!bytes.empty()) next_.data(bytes);
    return;
  }
  if (ascii_ == text::AsciiIs::modal || ascii_ == text::AsciiIs::other) search_ascii(bytes);
  std::array<char, text::kConvertedBytes> piece;
  for (bool more = true; more;) {
    const std::size_t size = text::convert(*converter_, bytes, flush, piece, more);
    if (size > 0) next_.data(as_bytes({piece.data(), size}));
  }
}

void CharsetStage::search_ascii(Bytes bytes) noexcept {
  while (!bytes.empty()) {
    const std::size_t size = text::ascii_span(bytes);
    take_ascii(bytes.first(size));
    if (size == bytes.size()) return;
    end_stretch();
    bytes = bytes.subspan(size + 1);
  }
}

void CharsetStage::take_ascii(Bytes bytes) noexcept {
  if (!in_stretch_ && held_size_ + bytes.size() < kStretch) {
    std::ranges::copy(bytes, held_.begin() + static_cast<std::ptrdiff_t>(held_size_));
    held_size_ += bytes.size();
    return;
  }
  if (unconverted_ == nullptr) {
    const Node* node = context_.add_node(node_, "unconverted", {});
    unconverted_ =
        context_.open_text(node != nullptr ? *node : node_, {.depth = depth_, .bytes = false});
  }
  unconverted_->data(Bytes(held_).first(std::exchange(held_size_, 0)));
  unconverted_->data(bytes);
  in_stretch_ = true;
}

void CharsetStage::end_stretch() noexcept {
  if (in_stretch_) unconverted_->boundary();
  in_stretch_ = false;
  held_size_ = 0;
}

void CharsetStage::gap() noexcept {
  ucnv_resetToUnicode(converter_.get());
  end_stretch();
  next_.gap();
}

void CharsetStage::boundary() noexcept {
  convert({}, true);
  ucnv_resetToUnicode(converter_.get());
  end_stretch();
  next_.boundary();
}

void CharsetStage::pause() noexcept {
  next_.pause();
  if (unconverted_) unconverted_->pause();
}

void CharsetStage::end() noexcept {
  convert({}, true);
  if (unconverted_) unconverted_->finish();
  next_.finish();
}

}  // namespace outspan::content
