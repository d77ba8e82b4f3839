#pragma once

#include <span>
#include <string>

#include "alert/format/formatter.h"

namespace outspan::alert {

/// What an event loses, in this order, until it fits: see docs/events.md.
std::span<const std::string_view> shed_order() noexcept;

/// The event as `format` writes it, in at most `bytes_max` bytes: where it would be longer, detail
/// is taken out of the event until it fits, so that what comes out is whole and keeps its identity
/// (event_id, incident, rule, flow, counts). A format that needs more than that for its bare
/// identity gets it.
std::string format_within(const Event& event, std::size_t bytes_max, const Formatter& format);

}  // namespace outspan::alert
