#include "tests/templates/file_format.h"

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include "content/chain/object_context.h"

namespace outspan::content {
namespace {

constexpr std::string_view kMark = "PACK1";

}  // namespace

Opened open_pack(const Opening& opening) noexcept {
  if (!opening.context.may_go_to(opening.options.depth + 1)) return {.mark = opening.mark};
  return {opening.mark,
          std::make_unique<PackStage>(opening.context, opening.node, opening.options.depth)};
}

PackStage::PackStage(ObjectContext& context, const Node& node, std::uint32_t depth) noexcept
    : Stage(context, node),
      depth_(depth),
      rest_(context.open_plain(node, {.depth = depth}, LookInside::no)),
      mark_left_(kMark.size()) {}

/// As far as it is known: the name's size says where the head ends.
std::size_t PackStage::head_size() const noexcept { return head_bytes_ == 0 ? 1 : head_[0] + 5U; }

void PackStage::read(Bytes bytes) noexcept {
  while (!bytes.empty()) {
    if (lost_) return give(*rest_, bytes);
    std::size_t size = bytes.size();
    if (mark_left_ > 0) {
      size = std::min(size, mark_left_);
      give(*rest_, bytes.first(size));
      mark_left_ -= size;
    } else if (body_left_ > 0) {
      size = static_cast<std::size_t>(std::min<std::uint64_t>(size, body_left_));
      if (member_)
        give(*member_, bytes.first(size));
      else
        claim(As::unread, size);
      body_left_ -= size;
      if (body_left_ == 0) end_member();
    } else {
      size = std::min(size, head_size() - head_bytes_);
      std::copy_n(bytes.begin(), size, head_.begin() + static_cast<std::ptrdiff_t>(head_bytes_));
      give(*rest_, bytes.first(size));
      head_bytes_ += size;
      if (head_bytes_ > 1 && head_bytes_ == head_size()) begin_member();
    }
    bytes = bytes.subspan(size);
  }
}

void PackStage::begin_member() noexcept {
  ByteCursor in(Bytes(head_).first(head_bytes_));
  std::string name(as_text(in.take(in.u8())));
  body_left_ = in.u32();
  head_bytes_ = 0;
  rest_->boundary();
  if (body_left_ == 0) return;
  const Node* const node = context_.add_node(node_, std::move(name), "");
  if (node != nullptr)
    member_ = context_.open(*node, {.depth = depth_ + 1});
  else
    context_.skip(node_, body_left_);
}

void PackStage::end_member() noexcept {
  if (member_) member_->finish();
  member_.reset();
}

void PackStage::gap() noexcept {
  lost_ = true;
  end_member();
  rest_->gap();
}

void PackStage::pause() noexcept {
  rest_->pause();
  if (member_) member_->pause();
}

void PackStage::end() noexcept {
  end_member();
  rest_->finish();
}

}  // namespace outspan::content
