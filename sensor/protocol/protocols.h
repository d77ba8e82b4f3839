#pragma once

#include <span>

#include "protocol/parser.h"

namespace outspan::protocol {

/// Every protocol that is parsed, in the order in which they are asked. A new one is one line
/// there.
std::span<const ProtocolEntry> builtin_protocols() noexcept;

}  // namespace outspan::protocol
