#include "content/containers/picture_stage.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "content/chain/member.h"

namespace outspan::content {

Opened open_picture(const Opening& opening) noexcept {
  std::unique_ptr<PictureFormat> format = picture_format(opening.beginning);
  const std::uint32_t depth = opening.options.depth;
  if (!format || !opening.context.depth_left(depth + 1)) return {opening.mark};  // as bytes
  auto stage =
      std::make_unique<PictureStage>(opening.context, opening.node, depth, std::move(format));
  const std::uint64_t* const text = &stage->text_bytes();
  return {opening.mark, std::move(stage), text};
}

PictureStage::PictureStage(ObjectContext& context, const Node& node, std::uint32_t depth,
                           std::unique_ptr<PictureFormat> format) noexcept
    : Stage(context, node),
      depth_(depth),
      format_(std::move(format)),
      rest_(context.open_plain(node, {.depth = depth}, LookInside::yes)) {}

void PictureStage::read(Bytes bytes) noexcept {
  for (std::size_t at = 0; at < bytes.size();)
    at += step(bytes.subspan(at), static_cast<std::int64_t>(at));
}

/// How many of the bytes were dealt with. `at`: where they stand in what data() was given.
std::size_t PictureStage::step(Bytes bytes, std::int64_t at) noexcept {
  switch (state_) {
    case State::head: return take_head(bytes, at);
    case State::prefix: return take_prefix(bytes, at);
    case State::body: return take_body(bytes, at);
    case State::scan: return take_scan(bytes, at);
    case State::after: break;
  }
  forward(*rest_, bytes, at);
  return bytes.size();
}

/// Collects one byte more of a head, and reads it if that is enough.
std::size_t PictureStage::take_head(Bytes bytes, std::int64_t at) noexcept {
  segment_ = {};
  std::size_t wanted = format_->read(Bytes(head_).first(head_size_), segment_);
  if (wanted > head_size_ && wanted <= head_.size()) {
    const std::size_t taken = std::min(bytes.size(), wanted - head_size_);
    std::memcpy(head_.data() + head_size_, bytes.data(), taken);
    head_size_ += taken;
    return taken;
  }
  context_.wire_at(this, static_cast<std::size_t>(at));
  if (wanted == 0 || wanted > head_.size()) {
    give_head(Bytes(head_).first(std::exchange(head_size_, 0)));
    end_part();
    state_ = State::after;
    return 0;
  }
  begin_segment(wanted);
  return 0;
}

/// The head is read. What was looked at of the segment itself is given to it again.
void PictureStage::begin_segment(std::size_t used) noexcept {
  const auto head = head_;
  const Bytes again = Bytes(head).first(std::exchange(head_size_, 0)).subspan(used);
  give_head(Bytes(head).first(used));
  left_ = segment_.size;
  after_ff_ = false;
  const bool scan = segment_.size == PictureSegment::kToMark;
  if (is_content() && (!segment_.goes_on || !part_)) end_part();
  state_ = scan ? State::scan : State::body;
  if (is_content() && !part_) {
    if (segment_.strings + segment_.fixed > 0)
      state_ = State::prefix;
    else
      open_part();
  }
  if (left_ == 0) end_segment();
  for (std::size_t done = 0; done < again.size();) done += step(again.subspan(done), 0);
}

void PictureStage::give_head(Bytes head) noexcept {
  claim(As::searched, head.size() - std::min(head.size(), std::exchange(head_claimed_, 0)));
  rest_->data(head);
}

/// Strings and single bytes in front of a text, which are searched as structure.
std::size_t PictureStage::take_prefix(Bytes bytes, std::int64_t at) noexcept {
  std::size_t taken = 0;
  while (taken < bytes.size() && left_ > 0 &&
         segment_.strings + segment_.fixed + segment_.more_strings > 0) {
    const std::uint8_t byte = bytes[taken++];
    --left_;
    if (segment_.strings > 0) {
      if (byte == 0) --segment_.strings;
    } else if (segment_.fixed > 0) {
      --segment_.fixed;
      if (std::exchange(segment_.flagged, false) && byte != 0)
        segment_.part = PicturePart::deflated;
    } else {
      if (byte == 0) --segment_.more_strings;
    }
  }
  forward(*rest_, bytes.first(taken), at);
  if (left_ == 0) {
    end_segment();
  } else if (segment_.strings + segment_.fixed + segment_.more_strings == 0) {
    state_ = State::body;
    open_part();
  }
  return taken;
}

void PictureStage::open_part() noexcept {
  switch (segment_.part) {
    case PicturePart::text: part_ = open_member(context_, node_, segment_.name, depth_); break;
    case PicturePart::deflated:
      part_ = open_member(context_, node_, segment_.name, depth_, Coding::zlib);
      break;
    case PicturePart::bytes: {
      const Node* const added = context_.add_node(node_, segment_.name, {});
      part_ = context_.open_plain(added != nullptr ? *added : node_, {.depth = depth_ + 1},
                                  LookInside::yes);
      break;
    }
    case PicturePart::frame:
    case PicturePart::pixels: break;
  }
}

std::size_t PictureStage::take_body(Bytes bytes, std::int64_t at) noexcept {
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), left_));
  if (is_content() && part_) text_bytes_ += size;
  forward(is_content() && part_ ? *part_ : *rest_, bytes.first(size), at);
  left_ -= size;
  if (left_ == 0) end_segment();
  return size;
}

/// Pixels of JPEG, up to a mark that is not one of theirs: a byte of 0xff that stands for itself,
/// fills, or restarts (ISO/IEC 10918-1, B.1.1).
std::size_t PictureStage::take_scan(Bytes bytes, std::int64_t at) noexcept {
  std::size_t end = 0;
  while (end < bytes.size()) {
    if (after_ff_) {
      const std::uint8_t mark = bytes[end];
      if (mark != 0 && mark != 0xff && (mark < 0xd0 || mark > 0xd7)) break;
      after_ff_ = mark == 0xff;
      ++end;
      continue;
    }
    const void* found = std::memchr(bytes.data() + end, 0xff, bytes.size() - end);
    after_ff_ = found != nullptr;
    end =
        found == nullptr
            ? bytes.size()
            : static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - bytes.data()) + 1;
  }
  forward(*rest_, bytes.first(end), at);
  if (end == bytes.size()) return end;
  // The byte in front of the mark is searched already, and belongs to the next head as well.
  state_ = State::head;
  head_[0] = 0xff;
  head_size_ = head_claimed_ = 1;
  return end;
}

void PictureStage::end_segment() noexcept {
  state_ = State::head;
  if (segment_.last) {
    end_part();
    state_ = State::after;
  }
}

void PictureStage::end_part() noexcept {
  if (!part_) return;
  part_->finish();
  part_.reset();
}

/// How much is missing is not known.
void PictureStage::gap() noexcept {
  give_head(Bytes(head_).first(std::exchange(head_size_, 0)));
  if (part_) part_->gap();
  end_part();
  rest_->gap();
  state_ = State::after;
}

void PictureStage::boundary() noexcept {
  end_part();
  give_head(Bytes(head_).first(std::exchange(head_size_, 0)));
  rest_->boundary();
  state_ = State::after;
}

void PictureStage::pause() noexcept {
  if (part_) part_->pause();
  rest_->pause();
}

void PictureStage::end() noexcept {
  end_part();
  give_head(Bytes(head_).first(std::exchange(head_size_, 0)));
  rest_->finish();
}

}  // namespace outspan::content
