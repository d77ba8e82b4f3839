#include "policy/hit_path.h"

#include <algorithm>

namespace outspan::policy {
namespace {

std::size_t depth(const content::Node* node) noexcept {
  std::size_t depth = 0;
  for (; node->parent; node = node->parent) ++depth;
  return depth;
}

const content::Node* common_ancestor(const content::Node* a, const content::Node* b) noexcept {
  std::size_t depth_a = depth(a), depth_b = depth(b);
  for (; depth_a > depth_b; --depth_a) a = a->parent;
  for (; depth_b > depth_a; --depth_b) b = b->parent;
  while (a != b && a->parent && b->parent) {
    a = a->parent;
    b = b->parent;
  }
  return a;
}

}  // namespace

std::vector<Masked> masked_path(const content::Object& object, const content::Node& node,
                                Masking& masking) {
  std::vector<Masked> path;
  for (const content::Node* at = &node; at->parent; at = at->parent)
    if (!at->name.empty()) path.push_back(masking.mask(at->name));
  if (!object.info.name.empty()) path.push_back(masking.mask(object.info.name));
  std::reverse(path.begin(), path.end());
  return path;
}

void HitPath::add(const content::Object& object, const content::Node& node, Masking& masking) {
  if (object_ == &object) {
    if (common_ != &node) common_ = common_ancestor(common_, &node);
    return;
  }
  if (object_) end_of(*object_, masking);
  several_ = has_before_;
  object_ = &object;
  common_ = &node;
}

void HitPath::end_of(const content::Object& object, Masking& masking) {
  if (object_ != &object) return;
  before_ = masked(masking);
  has_before_ = true;
  object_ = nullptr;
  common_ = nullptr;
}

std::vector<Masked> HitPath::masked(Masking& masking) const {
  if (!object_) return before_;
  std::vector<Masked> path = masked_path(*object_, *common_, masking);
  if (!has_before_) return path;
  const auto [end, _] = std::mismatch(path.begin(), path.end(), before_.begin(), before_.end());
  path.erase(end, path.end());
  return path;
}

}  // namespace outspan::policy
