#include "content/mail/cms_stage.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#include "content/chain/member.h"
#include "content/mail/decided_stage.h"
#include "content/mail/entity_stage.h"
#include "content/mail/header_guess.h"

namespace outspan::content {
namespace {

using namespace std::string_view_literals;

// X.690, 8.1.2: class, form and number of a tag.
constexpr std::uint8_t kConstructed = 0x20;
constexpr std::uint8_t kEndOfContents = 0x00;
constexpr std::uint8_t kOctets = 0x04;
constexpr std::uint8_t kObjectIdentifier = 0x06;
constexpr std::uint8_t kSequence = 0x30;
constexpr std::uint8_t kExplicit0 = 0xa0;
constexpr std::uint8_t kLongTag = 0x1f;

/// id-ct-compressedData, RFC 3274.
constexpr std::string_view kCompressedData = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09"sv;

}  // namespace

Opened open_cms(const Opening& opening) noexcept { return open_container<CmsStage>(opening); }

CmsStage::CmsStage(ObjectContext& context, const Node& node, std::uint32_t depth) noexcept
    : Stage(context, node),
      node_depth_(depth),
      rest_(context.open_plain(node, {.depth = depth}, LookInside::no)) {}

void CmsStage::read(Bytes bytes) noexcept {
  std::size_t rest_at = 0;  // of bytes that are not content and not handed on yet
  const auto hand_on_rest = [&](std::size_t end) {
    forward(*rest_, bytes.subspan(rest_at, end - rest_at), static_cast<std::int64_t>(rest_at));
    rest_at = end;
  };
  for (std::size_t at = 0; at < bytes.size();) {
    if (state_ == State::lost) lost_bytes_ += bytes.size() - at;
    if (state_ == State::after || state_ == State::lost) break;
    if (state_ == State::header) {
      context_.wire_at(this, at);
      at += take_header(bytes.subspan(at));
      continue;
    }
    const bool content = content_ != nullptr && body_.holds_content;
    if (content) hand_on_rest(at);
    at += take_body(bytes.subspan(at), at);
    if (content) rest_at = at;
  }
  hand_on_rest(bytes.size());
  context_.wire_at(this, bytes.size());
}

/// How many bytes of the header that one is; the last of them begins the element.
std::size_t CmsStage::take_header(Bytes bytes) noexcept {
  header_[header_size_++] = bytes[0];
  ++at_;
  const bool has_length = header_size_ >= 2;
  const std::size_t long_length = has_length && header_[1] > 0x80 ? header_[1] & 0x7fU : 0;
  if ((header_[0] & kLongTag) == kLongTag || long_length > 8)
    lose("damaged");
  else if (has_length && header_size_ == 2 + long_length)
    begin_element();
  return 1;
}

void CmsStage::begin_element() noexcept {
  Element element{.tag = header_[0], .indefinite = header_[1] == 0x80};
  std::uint64_t length = header_[1] < 0x80 ? header_[1] : 0;
  for (std::size_t i = 2; i < header_size_; ++i) length = length << 8 | header_[i];
  header_size_ = 0;
  if (element.tag == kEndOfContents) {
    if (length != 0 || depth_ == 0 || at_ > limit() || !elements_[depth_ - 1].indefinite)
      return lose("damaged");
    pop();
    return end_elements();
  }
  const bool primitive = (element.tag & kConstructed) == 0;
  const bool fits = at_ <= limit() && length <= limit() - at_;
  if (!fits || (element.indefinite && primitive)) return lose("damaged");
  element.end = element.indefinite ? limit() : at_ + length;
  Element* const parent = depth_ == 0 ? nullptr : &elements_[depth_ - 1];
  if (parent != nullptr) {
    const bool octets = (element.tag & ~kConstructed) == kOctets;
    const bool explicit_content =
        element.tag == kExplicit0 && parent->tag == kSequence && parent->names_type;
    element.holds_content = explicit_content || (octets && parent->holds_content);
    parent->names_type = element.tag == kObjectIdentifier;
    if (octets && element.holds_content && content_ == nullptr) open_content();
  }
  if (primitive) return begin_body(element);
  if (depth_ == kDepth) return lose("damaged");
  elements_[depth_++] = element;
  end_elements();
}

void CmsStage::begin_body(Element element) noexcept {
  body_ = element;
  type_size_ = 0;
  state_ = State::body;
  if (body_.end == at_) end_elements();
}

/// How many of the bytes belong to the element that is being read.
std::size_t CmsStage::take_body(Bytes bytes, std::size_t at) noexcept {
  const auto size =
      static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), body_.end - at_));
  const Bytes piece = bytes.first(size);
  at_ += size;
  if (body_.holds_content && content_) {
    forward(*content_, piece, static_cast<std::int64_t>(at));
  } else if (body_.tag == kObjectIdentifier) {
    const Bytes kept = piece.first(std::min(piece.size(), kTypeBytes - type_size_));
    std::copy(kept.begin(), kept.end(), type_.begin() + static_cast<std::ptrdiff_t>(type_size_));
    type_size_ += kept.size();
  }
  if (at_ == body_.end) end_elements();
  return size;
}

/// After an element: those that end with it.
void CmsStage::end_elements() noexcept {
  if (state_ == State::body) {
    // Only the first one names the type of the message.
    if (body_.tag == kObjectIdentifier && depth_ == 1)
      compressed_ = as_text(type_).substr(0, type_size_) == kCompressedData;
    state_ = State::header;
    if (body_.holds_content && !elements_[depth_ - 1].holds_content) end_content();
  }
  while (depth_ > 0 && at_ == limit()) {
    if (elements_[depth_ - 1].indefinite) return lose("damaged");
    pop();
  }
  if (depth_ == 0) state_ = State::after;
}

void CmsStage::pop() noexcept {
  const Element ended = elements_[--depth_];
  const bool inside = depth_ > 0 && elements_[depth_ - 1].holds_content;
  if (ended.holds_content && !inside) end_content();
  if (depth_ == 0) state_ = State::after;
}

void CmsStage::open_content() noexcept {
  rest_->boundary();
  if (compressed_) {
    content_ = open_member(context_, node_, "content", node_depth_, Coding::zlib);
    return;
  }
  const Node* const added = context_.add_node(node_, "content", {});
  const Node& node = added != nullptr ? *added : node_;
  const std::uint32_t depth = node_depth_ + 1;
  content_ = std::make_unique<DecidedStage>(context_, node, [this, &node, depth](Bytes beginning) {
    if (!context_.depth_left(depth) || !begins_header(beginning))
      return context_.open(node, {.depth = depth});
    return StagePtr(
        std::make_unique<EntityStage>(context_, node, EntityStage::Options{.depth = depth}));
  });
}

void CmsStage::end_content() noexcept {
  if (!content_) return;
  content_->finish();
  content_.reset();
}

/// There is no telling where anything stands from here on.
void CmsStage::lose(const char* reason) noexcept {
  if (state_ == State::lost) return;
  end_content();
  rest_->boundary();
  ++context_.services().counters.damaged;
  state_ = State::lost;
  reason_ = reason;
  lost_at_ = context_.wire_now();
}

void CmsStage::gap() noexcept {
  if (content_) content_->gap();
  rest_->gap();
  if (state_ != State::after) lose("gap");
}

/// Enters what could not be read as a message into the ledger.
void CmsStage::settle() noexcept {
  if (state_ == State::lost)
    context_.opaque(node_, context_.wire_since(lost_at_, lost_bytes_), reason_);
}

void CmsStage::boundary() noexcept {
  end_content();
  settle();
  state_ = State::header;
  at_ = header_size_ = depth_ = type_size_ = 0;
  lost_bytes_ = 0;
  compressed_ = false;
  rest_->boundary();
}

void CmsStage::pause() noexcept {
  if (content_) content_->pause();
  rest_->pause();
}

void CmsStage::end() noexcept {
  end_content();
  settle();
  rest_->finish();
}

}  // namespace outspan::content
