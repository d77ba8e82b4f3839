#include "content/member.h"

#include "content/node_stage.h"

namespace outspan::content {

StagePtr open_member(ObjectContext& context, const Node& container, std::string name,
                     std::uint32_t depth) noexcept {
  const Node* const node = context.add_node(container, std::move(name), {});
  return std::make_unique<NodeStage>(context, node != nullptr ? *node : container,
                                     NodeOptions{.depth = depth + 1});
}

std::unique_ptr<DecompressStage> open_member(ObjectContext& context, const Node& container,
                                             std::string name, std::uint32_t depth,
                                             Coding coding) noexcept {
  const Node* const added = context.add_node(container, std::move(name), {});
  const Node& node = added != nullptr ? *added : container;
  return std::make_unique<DecompressStage>(
      context, node, coding,
      std::make_unique<NodeStage>(context, node, NodeOptions{.depth = depth + 1}));
}

}  // namespace outspan::content
