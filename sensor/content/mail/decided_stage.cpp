#include "content/mail/decided_stage.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace outspan::content {

void DecidedStage::data(Bytes bytes) noexcept {
  if (next_) return context_.forward(this, *next_, bytes, 0);
  const std::size_t before = held_size_;
  const std::size_t taken = std::min(bytes.size(), held_.size() - held_size_);
  std::memcpy(held_.data() + held_size_, bytes.data(), taken);
  held_size_ += taken;
  if (held_size_ < held_.size()) return;
  held_size_ = 0;
  next_ = decide_(held_);
  context_.forward(this, *next_, held_, -static_cast<std::int64_t>(before));
  context_.forward(this, *next_, bytes.subspan(taken), static_cast<std::int64_t>(taken));
}

/// What is held is all there is.
void DecidedStage::settle() noexcept {
  if (next_) return;
  const Bytes held(held_.data(), std::exchange(held_size_, 0));
  next_ = decide_(held);
  if (!held.empty()) next_->data(held);
}

void DecidedStage::gap() noexcept {
  settle();
  next_->gap();
}

void DecidedStage::boundary() noexcept {
  finish();
  next_.reset();
}

void DecidedStage::pause() noexcept {
  if (next_) next_->pause();
}

void DecidedStage::finish() noexcept {
  settle();
  next_->finish();
}

}  // namespace outspan::content
