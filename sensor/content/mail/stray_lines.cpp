#include "content/mail/stray_lines.h"

#include <algorithm>
#include <string_view>

#include "text/ascii.h"

namespace outspan::content {
namespace {

/// No base64 has so many digits and nothing else in a line.
constexpr std::size_t kDigits = 8;

bool is_number(std::string_view line) noexcept {
  line = text::trimmed(line);
  return line.size() >= kDigits && std::ranges::all_of(line, text::is_digit);
}

}  // namespace

void StrayLines::stranger(Bytes bytes, std::size_t at) noexcept {
  if (bytes[at] == '\r') return;
  const std::size_t line = line_bytes_ + at - piece_at_;
  if (bytes[at] == '\n' && !on_ && line >= kLine) {  // nearly all lines
    before_.clear();
    line_bytes_ = 0;
    piece_at_ = at + 1;
    return;
  }
  add(bytes.subspan(piece_at_, at + 1 - piece_at_));
  piece_at_ = at + 1;
  if (bytes[at] == '\n') return end_line();
  strange_ = true;
  turn_on();
}

void StrayLines::end_line() noexcept {
  if (!on_ && is_number(std::string_view(before_).substr(before_.size() -
                                                         std::min(before_.size(), line_bytes_))))
    turn_on();
  else if (on_ && !strange_ && line_bytes_ >= kLine)
    cut();
  strange_ = false;
  line_bytes_ = 0;
}

void StrayLines::end_of_piece(Bytes bytes) noexcept {
  add(bytes.subspan(piece_at_));
  piece_at_ = 0;
}

void StrayLines::add(Bytes bytes) noexcept {
  line_bytes_ += bytes.size();
  if (on_) return text_->data(bytes);
  before_ += as_text(bytes.last(std::min(bytes.size(), kBefore)));
  before_.erase(0, before_.size() - std::min(before_.size(), kBefore));
}

void StrayLines::turn_on() noexcept {
  if (on_) return;
  on_ = true;
  if (text_ == nullptr) {
    const Node* node = context_.add_node(node_, "unconverted", {});
    text_ = context_.open_plain(node != nullptr ? *node : node_, {.depth = depth_, .bytes = false},
                                LookInside::no);
  }
  text_->data(as_bytes(before_));
  before_.clear();
}

void StrayLines::cut() noexcept {
  if (on_) text_->boundary();
  on_ = false;
  before_.clear();
}

}  // namespace outspan::content
