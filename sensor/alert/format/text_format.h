#pragma once

#include <string>

#include "alert/event/event.h"

namespace outspan::alert {

enum class Colour : std::uint8_t { none, ansi };

/// Which of an incident's alerts are shown, so that it is there once.
enum class Incidents : std::uint8_t {
  growing,  ///< a block when it is new, then a line for each alert
  ended,    ///< a block with all of it when it ends, nothing before
};

/// One event as a block of lines for a person at a terminal. Wire text cannot move the cursor or
/// set colours: it is Masked, and control characters in it are replaced. Empty: nothing is shown.
std::string to_text(const Event& event, Colour colour, Incidents incidents);

}  // namespace outspan::alert
