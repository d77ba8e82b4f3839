#include "content/codes/rewriter.h"

namespace outspan::content {

bool Rewriter::open() noexcept {
  if (!context_.depth_left(depth_ + 1)) {
    ++context_.services().counters.budget_depth;
    return false;
  }
  const Node* node = context_.add_node(node_, name_, {});
  if (node == nullptr) return false;
  text_ = context_.open_text(*node, {.depth = depth_ + 1, .bytes = false, .rewrites = false});
  return true;
}

void Rewriter::write(std::string_view text) noexcept {
  if (refused_ || text.empty()) return;
  refused_ = (text_ == nullptr && !open()) || !context_.expand(text.size());
  if (!refused_) text_->data(as_bytes(text));
}

void Rewriter::boundary() noexcept {
  settle();
  forget();
  if (text_) text_->boundary();
}

void Rewriter::pause() noexcept {
  settle();
  if (text_) text_->pause();
}

void Rewriter::end() noexcept {
  settle();
  forget();
  if (text_) text_->finish();
}

}  // namespace outspan::content
