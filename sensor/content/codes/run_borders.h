#pragma once

#include <cstddef>

#include "core/bytes.h"

/// Where runs of encoded text begin and end, among what stands beside and between their pieces.
namespace outspan::content {

/// Between two pieces of a run, at most: an indent.
inline constexpr std::size_t kRunGapMax = 32;

/// Of what an escape may begin with: bytes of the escape, or of that alone.
std::size_t escape_length(Bytes text, std::size_t at) noexcept;

/// Whether "\\x" is at `at` and hexadecimal digits after it (bytea of PostgreSQL): no escape then.
bool begins_hex_literal(Bytes text, std::size_t at) noexcept;

/// Where the run that has characters of the alphabet at `found` begins: escapes may stand before
/// those ("H4sIAAAA\u002fx..."). Not before `from`.
std::size_t begin_over_escapes(Bytes text, std::size_t from, std::size_t found) noexcept;

/// Whether the next pieces show that they are values of rows and not parts of one text, of which
/// only the last is shorter. `length`: of the piece before `text`.
bool lengths_differ(Bytes text, std::size_t length) noexcept;

}  // namespace outspan::content
