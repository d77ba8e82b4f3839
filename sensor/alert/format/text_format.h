#pragma once

#include <string>

#include "alert/event/event.h"

namespace outspan::alert {

enum class Colour : std::uint8_t { none, ansi };

/// One event as a block of lines for a person at a terminal. Wire text cannot move the cursor or
/// set colours: it is Masked, and control characters in it are replaced.
std::string to_text(const Event& event, Colour colour);

}  // namespace outspan::alert
