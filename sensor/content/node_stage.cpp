#include "content/node_stage.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "content/forms.h"
#include "content/mail/mime_header.h"

namespace outspan::content {
namespace {

/// Fewer bytes than the shortest marks are not judged at a pause.
constexpr std::size_t kMinBeginning = 8;

}  // namespace

void NodeStage::read(Bytes bytes) noexcept {
  if (bytes.empty()) return;
  bytes_ += bytes.size();
  if (active_ != nullptr) return forward(*active_, bytes, 0);
  if (held_size_ == 0 && bytes.size() >= marks::kBeginningBytes) {
    decide(bytes.first(marks::kBeginningBytes));
    return forward(*active_, bytes, 0);
  }
  const std::size_t before = held_size_;
  const std::size_t taken = std::min(bytes.size(), held_.size() - held_size_);
  std::memcpy(held_.data() + held_size_, bytes.data(), taken);
  held_size_ += taken;
  if (held_size_ < held_.size()) return;
  held_size_ = 0;
  decide(held_);
  forward(*active_, held_, -static_cast<std::int64_t>(before));
  forward(*active_, bytes.subspan(taken), static_cast<std::int64_t>(taken));
}

void NodeStage::decide(Bytes beginning) noexcept {
  Opened opened = open_form({context_, node_, options_, beginning, {}});
  mark_ = opened.mark;
  context_.identified(node_, mark_.media_type);
  special_ = std::move(opened.stage);
  text_bytes_ = opened.text_bytes;
  active_ = special_ ? special_.get() : &plain(beginning);
}

Stage& NodeStage::plain(Bytes beginning) noexcept {
  if (plain_ == nullptr)
    plain_ = std::make_unique<PlainStage>(
        context_, node_, TextOptions{.escapes = options_.escapes, .depth = options_.depth},
        parse_mime_type(options_.content_type).parameter("charset"));
  const bool open = mark_.form == marks::Form::unknown || mark_.form == marks::Form::known ||
                    mark_.form == marks::Form::picture;
  plain_->begin(open ? LookInside::yes : LookInside::no, beginning);
  return *plain_;
}

/// What is held is all there is of this message.
void NodeStage::settle() noexcept {
  if (active_ != nullptr || held_size_ == 0) return;
  const Bytes held(held_.data(), std::exchange(held_size_, 0));
  decide(held);
  forward(*active_, held, -static_cast<std::int64_t>(held.size()));
}

void NodeStage::end_message() noexcept {
  settle();
  if (special_) special_->finish();
  const std::uint64_t text = text_bytes_ != nullptr ? *std::exchange(text_bytes_, nullptr) : 0;
  special_.reset();
  if (mark_.form == marks::Form::unknown && active_ != nullptr && active_ == plain_.get())
    report_opaque(plain_->opaque_bytes(), "high-entropy");
  if (mark_.form == marks::Form::unopened) {
    const std::uint64_t wire = context_.wire_since(wire_begin_, bytes_);
    if (std::string_view(mark_.reason) == "budget")
      context_.skip(node_, wire);
    else
      context_.opaque(node_, wire, mark_.reason);
  } else if (marks::is_media(mark_)) {
    report_opaque(bytes_ - text, kMedia);
  }
  const std::string_view type =
      mark_.media_type.empty() ? std::string_view(node_.media_type) : mark_.media_type;
  context_.part_ended(type, bytes_);
  bytes_ = 0;
  mark_ = {};
  active_ = nullptr;
  wire_begin_ = context_.wire_now();
}

/// Of the message, as it came.
void NodeStage::report_opaque(std::uint64_t opaque, const char* reason) noexcept {
  if (opaque == 0) return;
  const std::uint64_t wire = context_.wire_since(wire_begin_, bytes_);
  const double share = static_cast<double>(opaque) / static_cast<double>(bytes_);
  context_.opaque(node_, static_cast<std::uint64_t>(static_cast<double>(wire) * share + 0.5),
                  reason);
}

void NodeStage::gap() noexcept {
  settle();
  if (active_ == nullptr) active_ = &plain({});  // the beginning is lost: nothing to go by
  active_->gap();
}

void NodeStage::boundary() noexcept {
  end_message();
  if (plain_) plain_->boundary();
}

void NodeStage::pause() noexcept {
  if (held_size_ >= kMinBeginning) settle();
  if (active_ != nullptr) active_->pause();
}

void NodeStage::end() noexcept {
  end_message();
  if (plain_) plain_->finish();
}

}  // namespace outspan::content
