#include "content/chain/member.h"

namespace outspan::content {

StagePtr open_member(ObjectContext& context, const Node& container, std::string name,
                     std::uint32_t depth) noexcept {
  const Node* const node = context.add_node(container, std::move(name), {});
  return context.open(node != nullptr ? *node : container, {.depth = depth + 1});
}

std::unique_ptr<DecompressStage> open_member(ObjectContext& context, const Node& container,
                                             std::string name, std::uint32_t depth,
                                             Coding coding) noexcept {
  const Node* const added = context.add_node(container, std::move(name), {});
  const Node& node = added != nullptr ? *added : container;
  return std::make_unique<DecompressStage>(context, node, depth + 1, coding,
                                           context.open(node, {.depth = depth + 1}));
}

}  // namespace outspan::content
