#pragma once

#include <memory>
#include <string>

#include "content/chain/decompress_stage.h"
#include "content/chain/object_context.h"
#include "content/chain/opener.h"
#include "content/chain/stage.h"

namespace outspan::content {

/// A container that is read as it comes; its members are one deeper. Where that is too deep it is
/// not read.
template <class Container>
Opened open_container(const Opening& opening) noexcept {
  const std::uint32_t depth = opening.options.depth;
  if (!opening.context.may_go_to(depth + 1)) return unopened(opening.mark, "budget");
  return {opening.mark, std::make_unique<Container>(opening.context, opening.node, depth)};
}

/// The stage for a file inside `container`, which stands at `depth`. With Limits::parts reached it
/// is read all the same, as a part of the container without a name of its own.
StagePtr open_member(ObjectContext& context, const Node& container, std::string name,
                     std::uint32_t depth) noexcept;

/// The same for one that is compressed by itself.
std::unique_ptr<DecompressStage> open_member(ObjectContext& context, const Node& container,
                                             std::string name, std::uint32_t depth,
                                             Coding coding) noexcept;

}  // namespace outspan::content
