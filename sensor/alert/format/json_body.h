#pragma once

#include "alert/event/event.h"
#include "alert/format/json_writer.h"

namespace outspan::alert {

/// `own` leaves out what every format has fields of its own for: rule, flow, people, object.
enum class Body : std::uint8_t { whole, own };

/// An object: `total`, and the six columns that add up to it.
void write_columns(JsonWriter& json, std::string_view key, const Columns& columns);

/// The fields of an event that follow its head, as docs/events.md has them, into an open object.
void write_body(JsonWriter& json, const Event& event, Body what);

}  // namespace outspan::alert
