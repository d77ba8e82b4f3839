#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/address.h"
#include "core/flow_context.h"

namespace outspan::policy {

/// 16 hexadecimal digits that name an incident: the same for every run over the same capture and
/// for any number of workers, another for another capture.
///
/// Within object and flow. `ordinal` counts the flow's incidents from 0. No packet numbers go in,
/// so that the same content cut into other segments keeps its names.
std::string incident_id(std::string_view rule_id, const FlowInfo& flow, Side sender,
                        std::uint64_t ordinal);
/// Within host.
std::string incident_id(std::string_view rule_id, const IpAddress& host, Timestamp first_hit);

}  // namespace outspan::policy
