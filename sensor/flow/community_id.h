#pragma once

#include <string>

#include "core/flow_context.h"

namespace outspan::flow {

/// Community ID version 1, seed 0 ("1:LQU9qZlK+B5F3KDmev6m5PMibrg="): the same for both ways of a
/// flow, and the same in every tool that implements it.
std::string community_id(const FlowInfo& flow);

}  // namespace outspan::flow
