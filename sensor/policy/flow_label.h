#pragma once

#include "core/flow_context.h"
#include "policy/incident.h"

namespace outspan::policy {

/// The flow as `sender` sees it. Costs a SHA-1 (Community ID): for events, not for packets.
FlowLabel label(const FlowContext& flow, Side sender);

}  // namespace outspan::policy
