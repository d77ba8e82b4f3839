#pragma once

#include <string_view>

namespace outspan::config {

/// Whether `code` is a country of ISO 3166-1 alpha-2, in capitals; Kosovo (XK), which telephone
/// numbering knows, is one as well.
bool is_country_code(std::string_view code) noexcept;

}  // namespace outspan::config
