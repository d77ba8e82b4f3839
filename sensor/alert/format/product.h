#pragma once

#include <string_view>

namespace outspan::alert {

/// Who says it, for formats that ask.
inline constexpr std::string_view kVendor = "Outspan";
inline constexpr std::string_view kProduct = "Outspan";
extern const std::string_view kProductVersion;

}  // namespace outspan::alert
