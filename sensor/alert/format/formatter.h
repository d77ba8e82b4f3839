#pragma once

#include <functional>
#include <string>

#include "alert/event/event.h"
#include "alert/format/text_format.h"
#include "config/config.h"

namespace outspan::alert {

/// Turns an event into text: one line with its line feed, or the blocks of the text format.
/// Empty: the format has nothing to say about such an event.
using Formatter = std::function<std::string(const Event&)>;

/// `config` outlives the formatter. `colour` and `incidents` are for text.
Formatter make_formatter(config::EventFormat format, const config::Config& config, Colour colour,
                         Incidents incidents = Incidents::growing);

}  // namespace outspan::alert
