#pragma once

#include <memory>
#include <string>

#include "content/decompress_stage.h"
#include "content/object_context.h"
#include "content/stage.h"

namespace outspan::content {

/// The stage for a file inside `container`, which stands at `depth`. With Limits::parts reached it
/// is read all the same, as a part of the container without a name of its own.
StagePtr open_member(ObjectContext& context, const Node& container, std::string name,
                     std::uint32_t depth) noexcept;

/// The same for one that is compressed by itself.
std::unique_ptr<DecompressStage> open_member(ObjectContext& context, const Node& container,
                                             std::string name, std::uint32_t depth,
                                             Coding coding) noexcept;

}  // namespace outspan::content
