#include "content/codes/wide_runs.h"

#include <cstring>

#include "text/ascii.h"

namespace outspan::content {
namespace {

constexpr std::size_t kFlush = 1024;

bool printable(std::uint8_t byte) noexcept { return text::is_printable(static_cast<char>(byte)); }

/// Of a text whose length is no character.
bool is_length(std::uint8_t byte) noexcept { return byte > 0 && byte < 0x20; }

}  // namespace

void WideRuns::data(Bytes bytes, bool has_zero) noexcept {
  std::size_t at = active_ || has_zero ? 0 : bytes.size();
  while (at < bytes.size()) {
    if (!active_) {
      const void* zero = std::memchr(bytes.data() + at, 0, bytes.size() - at);
      if (zero == nullptr) {
        at = bytes.size();
        break;
      }
      const auto found =
          static_cast<std::size_t>(static_cast<const std::uint8_t*>(zero) - bytes.data());
      const std::uint8_t character = found > 0 ? bytes[found - 1] : before_;
      at = found + 1;
      if (!printable(character)) {
        while (at < bytes.size() && bytes[at] == 0) ++at;  // images of disks are full of them
        continue;
      }
      active_ = true;
      wants_zero_ = false;
      big_endian_ = found > 1 && bytes[found - 2] == 0;
      run_.clear();
      // A length before the text says where it ends.
      if (found > 2 && big_endian_ && is_length(bytes[found - 3]))
        run_.push_back(static_cast<char>(bytes[found - 3]));
      run_.push_back(static_cast<char>(character));
      continue;
    }
    step(bytes[at++]);
  }
  if (!bytes.empty()) before_ = bytes.back();
}

void WideRuns::step(std::uint8_t byte) noexcept {
  if (!wants_zero_) {
    if (!printable(byte)) return end_run();
    character_ = byte;
    wants_zero_ = true;
    return;
  }
  wants_zero_ = false;
  if (byte != 0) {
    // Big-endian: the last character has no zero behind it.
    if (big_endian_) run_.push_back(static_cast<char>(character_));
    return end_run();
  }
  run_.push_back(static_cast<char>(character_));
  if (run_.size() >= kFlush) flush();
}

void WideRuns::flush() noexcept {
  if (text_ == nullptr) {
    const Node* node = context_.add_node(node_, {}, {});
    if (node == nullptr) return run_.clear();
    text_ = context_.open_text(*node, {.depth = depth_, .bytes = false, .in_binary = true});
  }
  text_->data(as_bytes(run_));
  run_.clear();
  flushed_ = true;
}

void WideRuns::end_run() noexcept {
  if (active_ && wants_zero_ && big_endian_) run_.push_back(static_cast<char>(character_));
  if (active_ && (flushed_ || run_.size() >= kMinCharacters)) {
    flush();
    if (text_) text_->boundary();
  }
  active_ = wants_zero_ = flushed_ = false;
  run_.clear();
}

void WideRuns::boundary() noexcept {
  end_run();
  before_ = 0xff;
}

void WideRuns::pause() noexcept {
  if (text_) text_->pause();
}

void WideRuns::finish() noexcept {
  end_run();
  if (text_) text_->finish();
}

}  // namespace outspan::content
