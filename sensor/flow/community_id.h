#pragma once

#include <string>

#include "core/flow_context.h"

namespace outspan::flow {

/// Community ID version 1, seed 0 ("1:LQU9qZlK+B5F3KDmev6m5PMibrg="): the same for both ways of a
/// flow, and the same in every tool that implements it.
std::string community_id(const FlowInfo& flow);

/// ICMP and ICMPv6 types that have an answering type (Community ID counts these as two-way).
/// nullopt-like -1: a one-way message, whose pseudo ports are its type and code.
int icmp_counterpart(std::uint8_t ip_protocol, std::uint16_t type) noexcept;

}  // namespace outspan::flow
