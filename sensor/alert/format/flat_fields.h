#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alert/event/event.h"

namespace outspan::alert {

/// A field of formats that are lists of names and values. Names are the sensor's own, at most 32
/// letters, digits and `_`.
struct FlatField {
  std::string_view name;
  std::string value;
};

/// What an event says, what identifies it first. docs/events.md has the names.
std::vector<FlatField> flat_fields(const Event& event);

}  // namespace outspan::alert
