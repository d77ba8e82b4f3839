#pragma once

#include <string>
#include <string_view>

#include "policy/incident.h"

namespace outspan::alert {

/// "new", "update", "closed".
std::string_view to_string(policy::IncidentState state) noexcept;
/// The protocol has ports of its own (Community ID's pseudo ports of ICMP are not shown).
bool has_ports(std::uint8_t protocol) noexcept;
/// 1234567 -> "1,234,567".
std::string grouped(std::uint64_t number);
/// "10.0.0.7:443", "[2001:db8::7]:443"; the address alone where there are no ports.
std::string endpoint_text(const Endpoint& endpoint, std::uint8_t protocol);

}  // namespace outspan::alert
