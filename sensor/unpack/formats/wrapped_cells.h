#pragma once

#include <string>
#include <string_view>

namespace outspan::unpack {

/// E-mail addresses that go on in the next line of a table cell. `page`: text laid out as on the
/// page, in UTF-8, so that the lines of a cell stand below each other. For each such address a
/// line: what stands beside it in its first line, with the whole address in place of its first
/// part.
std::string join_wrapped_addresses(std::string_view page);

}  // namespace outspan::unpack
