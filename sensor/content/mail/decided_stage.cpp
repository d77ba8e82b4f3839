#include "content/mail/decided_stage.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace outspan::content {

void DecidedStage::read(Bytes bytes) noexcept {
  if (next_) return forward(*next_, bytes, 0);
  const std::size_t before = held_size_;
  const std::size_t taken = std::min(bytes.size(), held_.size() - held_size_);
  std::memcpy(held_.data() + held_size_, bytes.data(), taken);
  held_size_ += taken;
  if (held_size_ < held_.size()) return;
  held_size_ = 0;
  next_ = decide_(held_);
  forward(*next_, held_, -static_cast<std::int64_t>(before));
  forward(*next_, bytes.subspan(taken), static_cast<std::int64_t>(taken));
}

/// What is held is all there is.
void DecidedStage::settle() noexcept {
  if (next_) return;
  const Bytes held(held_.data(), std::exchange(held_size_, 0));
  next_ = decide_(held);
  if (!held.empty()) give(*next_, held);
}

void DecidedStage::gap() noexcept {
  settle();
  next_->gap();
}

void DecidedStage::boundary() noexcept {
  end();
  next_.reset();
}

void DecidedStage::pause() noexcept {
  if (next_) next_->pause();
}

void DecidedStage::end() noexcept {
  settle();
  next_->finish();
}

}  // namespace outspan::content
