#include "content/chain/object_context.h"

#include <algorithm>

namespace outspan::content {
namespace {

constexpr std::uint64_t kMib = 1 << 20;
/// Expansion is not judged by its ratio before: small bodies compress by thousands legitimately.
constexpr std::uint64_t kFreeExpansion = 64 * kMib;
constexpr std::size_t kBlindSpotsTold = 16;

std::vector<std::string> path_of(const Object& object, const Node& node) {
  std::vector<std::string> path;
  for (const Node* at = &node; at != nullptr; at = at->parent)
    if (at != &object.root && !at->name.empty()) path.push_back(at->name);
  if (!object.root.name.empty()) path.push_back(object.root.name);
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace

ObjectContext::ObjectContext(Services& services, FlowContext& flow, Side side,
                             protocol::ObjectInfo info) noexcept
    : services_(services), object_{flow, side,     std::move(info),          {},
                                   0,    flow.now, services.counters.objects} {
  object_.root.name = object_.info.name;
}

const Node* ObjectContext::add_node(const Node& parent, std::string name,
                                    std::string media_type) noexcept {
  if (nodes_.size() >= services_.limits.parts) {
    ++services_.counters.budget_parts;
    return nullptr;
  }
  auto node = std::make_unique<Node>();
  node->parent = &parent;
  node->name = std::move(name);
  node->media_type = std::move(media_type);
  node->number = static_cast<std::uint32_t>(nodes_.size() + 1);
  nodes_.push_back(std::move(node));
  return nodes_.back().get();
}

void ObjectContext::identified(const Node& node, std::string_view media_type) noexcept {
  if (media_type.empty()) return;
  Node& own = node.number == 0 ? object_.root : *nodes_[node.number - 1];
  own.media_type = media_type;
}

bool ObjectContext::expand(std::uint64_t bytes) noexcept {
  const config::Limits& limits = services_.limits;
  const std::uint64_t wanted = expanded_ + bytes;
  const bool too_much = wanted > limits.expanded_mib * kMib;
  const bool too_dense =
      wanted > kFreeExpansion &&
      wanted / std::max<std::uint64_t>(object_.wire_bytes, 1) > limits.expansion_ratio;
  if (too_much || too_dense) {
    ++services_.counters.budget_expansion;
    expanded_enough_ = true;
    return false;
  }
  expanded_ = wanted;
  services_.counters.expanded_bytes += bytes;
  return true;
}

void ObjectContext::opaque(const Node& node, std::uint64_t wire_bytes, const char* reason,
                           std::vector<std::string> names) noexcept {
  if (summary_.opaque_reason == nullptr) summary_.opaque_reason = reason;
  const std::uint64_t moved = movable(wire_bytes);
  if (moved == 0) return;
  refused_bytes_ += moved;
  summary_.opaque_bytes += moved;
  object_.flow.account.move(object_.side, Column::opaque, reason, moved);
  blind_spot(node, moved, reason, std::move(names));
}

void ObjectContext::skip(const Node& node, std::uint64_t wire_bytes, const char* reason) noexcept {
  const std::uint64_t moved = movable(wire_bytes);
  if (moved == 0) return;
  refused_bytes_ += moved;
  summary_.skipped_bytes += moved;
  object_.flow.account.move(object_.side, Column::skipped, reason, moved);
  blind_spot(node, moved, reason, {});
}

void ObjectContext::blind_spot(const Node& node, std::uint64_t bytes, const char* reason,
                               std::vector<std::string> names) noexcept {
  if (blind_spots_told_ >= kBlindSpotsTold || std::string_view(reason) == kMedia) {
    const auto same = [reason](const auto& left) { return std::string_view(left.first) == reason; };
    auto left = std::find_if(blind_spots_left_.begin(), blind_spots_left_.end(), same);
    if (left == blind_spots_left_.end()) left = blind_spots_left_.insert(left, {reason, 0});
    left->second += bytes;
    return;
  }
  ++blind_spots_told_;
  tell(node, bytes, reason, std::move(names));
}

void ObjectContext::tell(const Node& node, std::uint64_t bytes, const char* reason,
                         std::vector<std::string> names) noexcept {
  services_.observer.on_object_blind_spot(
      object_, node,
      {reason, object_.side, bytes, path_of(object_, node), node.media_type, std::move(names)});
}

void ObjectContext::feed(Stage& stage, Bytes bytes) noexcept {
  if (copying_) return stage.data(bytes);
  wire_chunk_ = object_.wire_bytes;
  object_.wire_bytes += bytes.size();
  wire_now_ = wire_chunk_;
  wire_stage_ = &stage;
  stage.data(bytes);
  wire_stage_ = nullptr;
  wire_now_ = object_.wire_bytes;
}

void ObjectContext::forward(const Stage* from, Stage& to, Bytes piece,
                            std::int64_t offset) noexcept {
  if (piece.empty()) return;
  pass_on(from, to, offset, [&] {
    to.data(piece);
    return piece.size();
  });
}

void ObjectContext::end() noexcept {
  for (const auto& [reason, bytes] : blind_spots_left_) tell(object_.root, bytes, reason, {});
  services_.observer.on_object_end(object_, summary_);
}

void ObjectContext::part_ended(std::string_view media_type, std::uint64_t bytes) noexcept {
  if (media_type.empty() || bytes <= largest_part_) return;
  largest_part_ = bytes;
  summary_.media_type = media_type;
}

}  // namespace outspan::content
