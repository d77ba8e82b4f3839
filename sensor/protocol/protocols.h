#pragma once

#include <span>

#include "protocol/parser.h"

namespace outspan::protocol {

/// Every parser of ours, in the order in which they are asked. A new protocol is one line there.
std::span<const ParserEntry> builtin_parsers() noexcept;

}  // namespace outspan::protocol
