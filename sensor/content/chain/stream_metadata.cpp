#include "content/chain/stream_metadata.h"

#include <algorithm>

#include "text/ascii.h"

namespace outspan::content {
namespace {

constexpr std::size_t kGzipHeadBytes = 10;
constexpr std::size_t kZstdHeadBytes = 8;  // magic number and size of a skippable frame

/// Flags of gzip.
constexpr std::uint8_t kHasCheck = 2, kHasExtra = 4, kHasName = 8, kHasComment = 16;

}  // namespace

void StreamMetadata::restart() noexcept {
  state_ = coding_ == Coding::gzip || coding_ == Coding::zstd ? State::head : State::ended;
  have_ = 0;
}

Bytes StreamMetadata::take(Bytes bytes) noexcept {
  std::size_t at = 0;
  while (at < bytes.size() && state_ == State::head) step(bytes[at++]);
  const std::size_t begin = at;
  while (at < bytes.size() && state_ != State::ended) {
    if (state_ == State::extra || state_ == State::skipped) {
      const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size() - at));
      at += size;
      left_ -= size;
      if (left_ == 0) state_ = after(state_);
    } else {
      step(bytes[at++]);
    }
  }
  return bytes.subspan(begin, at - begin);
}

void StreamMetadata::step(std::uint8_t byte) noexcept {
  switch (state_) {
    case State::head:
      head_[have_++] = byte;
      if (have_ == (coding_ == Coding::gzip ? kGzipHeadBytes : kZstdHeadBytes)) end_head();
      return;
    case State::extra_size:
      left_ |= std::uint64_t{byte} << (8 * have_);
      if (++have_ < 2) return;
      state_ = left_ > 0 ? State::extra : after(State::extra);
      return;
    case State::name:
    case State::comment:
      if (byte == 0) state_ = after(state_);
      return;
    case State::check:
      if (++have_ == 2) state_ = State::ended;
      return;
    default: return;
  }
}

void StreamMetadata::end_head() noexcept {
  have_ = 0;
  left_ = 0;
  if (coding_ == Coding::gzip) {
    state_ = after(State::head);
    return;
  }
  ByteCursor in(head_);
  const bool skippable = (in.u32_le() & 0xfffffff0) == 0x184d2a50;
  left_ = in.u32_le();
  state_ = skippable && left_ > 0 ? State::skipped : State::ended;
}

/// The field that follows in gzip, by the flags.
StreamMetadata::State StreamMetadata::after(State state) const noexcept {
  if (state == State::skipped) return State::ended;
  const std::uint8_t flags = head_[3];
  if (state < State::extra_size && (flags & kHasExtra) != 0) return State::extra_size;
  if (state < State::name && (flags & kHasName) != 0) return State::name;
  if (state < State::comment && (flags & kHasComment) != 0) return State::comment;
  return (flags & kHasCheck) != 0 ? State::check : State::ended;
}

bool QuietSlices::is_text(Bytes slice, bool is_last) noexcept {
  constexpr std::size_t kJudgedMin = 16;
  const auto judge = [this] { return printable_ * 8 >= block_bytes_ * 7; };
  bool text = false;
  for (const char c : as_text(slice)) {
    ++block_bytes_;
    printable_ += text::is_printable(c) ? 1 : 0;
    if (block_bytes_ < kBytes) continue;
    text = text || judge();
    block_bytes_ = printable_ = 0;
  }
  return text || (is_last && block_bytes_ >= kJudgedMin && judge());
}

}  // namespace outspan::content
