#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace outspan::config {

/// The name of `names` that `given` was probably meant to be; empty: none is near.
std::string nearest_name(std::string_view given, const std::vector<std::string>& names);

}  // namespace outspan::config
