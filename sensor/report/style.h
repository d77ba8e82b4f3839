#pragma once

#include <string_view>

namespace outspan::report {

/// The style sheet of a report: light and dark, narrow and wide, and on paper.
std::string_view style_sheet();

}  // namespace outspan::report
