#include "content/text_stage.h"

#include <algorithm>
#include <cstring>

namespace outspan::content {
namespace {

/// Values do not go on over these, so a pause may cut behind them.
bool separates(char c) noexcept {
  switch (c) {
    case '"':
    case ',':
    case ';':
    case '<':
    case '>': return true;
    default: return static_cast<unsigned char>(c) <= ' ';
  }
}

}  // namespace

void TextStage::read(Bytes bytes) noexcept {
  if (bytes.empty()) return;
  const std::uint64_t bytes_at = end_;
  end_ += bytes.size();
  emit_full(bytes, bytes_at);
  keep_tail(bytes, bytes_at);
}

void TextStage::emit_full(Bytes bytes, std::uint64_t bytes_at) noexcept {
  // Strictly more than the window: only then it is known that text follows.
  while (end_ > core_ + kCore + kContext) {
    const std::uint64_t begin = window_begin();
    const std::uint64_t end = core_ + kCore + kContext;
    if (begin >= bytes_at) {
      const Bytes window = bytes.subspan(static_cast<std::size_t>(begin - bytes_at),
                                         static_cast<std::size_t>(end - begin));
      held_size_ = 0;
      emit(as_text(window), begin, core_ + kCore, false);
      continue;
    }
    const std::uint64_t held_end = held_at_ + held_size_;
    if (!append(bytes.subspan(static_cast<std::size_t>(held_end - bytes_at),
                              static_cast<std::size_t>(end - held_end))))
      return emit_without_memory(bytes, bytes_at);
    emit(held().substr(static_cast<std::size_t>(begin - held_at_)), begin, core_ + kCore, false);
    drop_before(window_begin());
  }
}

void TextStage::keep_tail(Bytes bytes, std::uint64_t bytes_at) noexcept {
  const std::uint64_t begin = window_begin();
  if (held_size_ == 0 || begin >= bytes_at) {
    held_size_ = 0;
    held_at_ = std::max(begin, bytes_at);
  }
  const std::uint64_t have = held_at_ + held_size_;
  if (have < end_ && !append(bytes.subspan(static_cast<std::size_t>(have - bytes_at))))
    emit_without_memory(bytes, bytes_at);
}

/// Every byte is scanned all the same; only a value across this border is lost.
void TextStage::emit_without_memory(Bytes bytes, std::uint64_t bytes_at) noexcept {
  ++context_.services().counters.budget_memory;
  if (held_size_ > 0 && held_at_ + held_size_ > core_)
    emit(held(), held_at_, held_at_ + held_size_, false);
  while (core_ < end_) {
    const std::uint64_t begin = std::max(core_, bytes_at);
    const std::uint64_t core_end = std::min<std::uint64_t>(begin + kCore, end_);
    emit(as_text(bytes.subspan(static_cast<std::size_t>(begin - bytes_at),
                               static_cast<std::size_t>(core_end - begin))),
         begin, core_end, false);
  }
  held_size_ = 0;
  held_at_ = segment_ = core_;
}

bool TextStage::append(Bytes bytes) noexcept {
  const std::size_t wanted = held_size_ + bytes.size();
  if (wanted > buffer_.capacity()) {
    Buffer larger = context_.services().buffers.take(wanted);
    if (!larger) return false;
    if (held_size_ > 0) std::memcpy(larger.data(), buffer_.data(), held_size_);
    buffer_ = std::move(larger);
  }
  std::memcpy(buffer_.data() + held_size_, bytes.data(), bytes.size());
  held_size_ = wanted;
  return true;
}

void TextStage::drop_before(std::uint64_t offset) noexcept {
  if (offset <= held_at_) return;
  const auto dropped =
      static_cast<std::size_t>(std::min<std::uint64_t>(offset - held_at_, held_size_));
  std::memmove(buffer_.data(), buffer_.data() + dropped, held_size_ - dropped);
  held_size_ -= dropped;
  held_at_ += dropped;
}

void TextStage::emit(std::string_view raw, std::uint64_t raw_at, std::uint64_t core_end,
                     bool at_end) noexcept {
  Services& services = context_.services();
  Window window;
  window.raw = raw;
  window.offset = raw_at;
  window.core_begin = static_cast<std::uint32_t>(core_ - raw_at);
  window.core_end = static_cast<std::uint32_t>(core_end - raw_at);
  window.at_start = raw_at == segment_;
  window.at_end = at_end;
  window.in_binary = options_.in_binary;
  const WindowMasks::Lease masks(services.masks);
  masks->classify_all(raw);
  window.masks = &*masks;
  if (services.unescaper.run(raw, options_.escapes, window.masks)) {
    ++services.counters.unescaped_windows;
    window.unescaped = services.unescaper.text();
    window.escapes = services.unescaper.escapes();
    if (services.unescaper.unfinished()) {
      ++services.counters.budget_depth;
      context_.skip(node_, core_end - core_);
    }
  }
  ++services.counters.windows;
  context_.count_text(core_end - core_);
  claim(As::searched, core_end - core_);
  services.sink.on_window(context_.object(), node_, window);
  const WindowCore core{raw, *masks, window.core_begin, window.core_end, window.at_start};
  core_ = core_end;
  if (options_.rewrites) rewrite(window);
  if (options_.rewrites) dense_.data(core);
  runs_.data(core);
  coded_.data(core);
  if (options_.bytes) wide_.data(as_bytes(core.text()), masks->has_zero());
}

void TextStage::rewrite(const Window& window) noexcept {
  if (disguises_) disguises_->data(window);
  const std::string_view core =
      window.raw.substr(window.core_begin, window.core_end - window.core_begin);
  if (window.at_start && window.core_begin == 0) markup_ = markup_of(node_, core);
  if (markup_ == Markup::none) return;
  if (!html_) html_ = std::make_unique<HtmlText>(context_, node_, options_.depth, markup_);
  html_->data(as_bytes(core));
}

void TextStage::flush() noexcept {
  while (core_ < end_) {
    const std::uint64_t begin = window_begin();
    const std::uint64_t end = std::min(end_, core_ + kCore + kContext);
    emit(held().substr(static_cast<std::size_t>(begin - held_at_),
                       static_cast<std::size_t>(end - begin)),
         begin, std::min(end_, core_ + kCore), end == end_);
  }
  segment_ = held_at_ = end_;
  held_size_ = 0;
  buffer_.release();
}

void TextStage::boundary() noexcept {
  flush();
  runs_.boundary();
  coded_.boundary();
  dense_.boundary();
  wide_.boundary();
  if (disguises_) disguises_->boundary();
  if (html_) html_->boundary();
}

void TextStage::pause() noexcept {
  if (core_ < end_) {
    const std::string_view text = held();
    const auto core_in = static_cast<std::size_t>(core_ - held_at_);
    const std::size_t floor =
        std::max(core_in, text.size() > kContext ? text.size() - kContext : 0);
    std::size_t cut = text.size();
    while (cut > floor && !separates(text[cut - 1])) --cut;
    // One long word without an end: nothing to wait for.
    if (cut == floor && text.size() - core_in > kContext) cut = text.size();
    while (held_at_ + cut > core_) {
      const std::uint64_t begin = window_begin();
      const std::uint64_t end = std::min(end_, core_ + kCore + kContext);
      emit(held().substr(static_cast<std::size_t>(begin - held_at_),
                         static_cast<std::size_t>(end - begin)),
           begin, std::min(held_at_ + cut, core_ + kCore), false);
    }
    drop_before(window_begin());
  }
  runs_.pause();
  coded_.pause();
  dense_.pause();
  wide_.pause();
  if (disguises_) disguises_->pause();
  if (html_) html_->pause();
}

void TextStage::end() noexcept {
  flush();
  runs_.finish();
  coded_.finish();
  dense_.finish();
  wide_.finish();
  if (disguises_) disguises_->finish();
  if (html_) html_->finish();
}

}  // namespace outspan::content
