#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "alert/event/event.h"
#include "core/bytes.h"

/// Events as bytes, for the spool and for what waits in memory: everything that a format prints.
///
/// Each struct stands after its length, its fields in a fixed order. New fields go to the end, so
/// that a later version reads what an earlier one wrote and the other way round: what is missing
/// keeps its default, what is not known is passed over.
namespace outspan::alert {

std::vector<std::uint8_t> encode(const Event& event);
/// nullopt: the bytes are no event.
std::optional<Event> decode(Bytes bytes);

}  // namespace outspan::alert
