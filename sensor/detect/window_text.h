#pragma once

#include <cstdint>
#include <string_view>

#include "protocol/object.h"

/// What detection and the look-up of exact values both have to know of a window.
namespace outspan::detect {

/// The sender and the receivers of a mail are told with the event; they are not what it carries.
/// `address` is canonical.
bool is_participant(const protocol::ObjectInfo& info, std::string_view address) noexcept;

}  // namespace outspan::detect
