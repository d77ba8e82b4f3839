#pragma once

#include <cstdint>
#include <span>

namespace outspan::text {

/// A range of decoded text and the range of raw text that it was made from. Between two of them
/// both texts are the same, byte for byte.
struct Escape {
  std::uint32_t raw_begin = 0, raw_end = 0;
  std::uint32_t text_begin = 0, text_end = 0;
};

/// Which end of a range a position is: inside an escape a beginning is the escape's, and an end is
/// the escape's end.
enum class Edge : std::uint8_t { begin, end };

/// Position in the raw text of a position in the decoded one. `escapes` are ascending.
std::uint32_t raw_position(std::span<const Escape> escapes, std::uint32_t at, Edge edge) noexcept;

/// Position in the decoded text of a position in the raw one; inside an escape: its end.
std::uint32_t text_position(std::span<const Escape> escapes, std::uint32_t raw_at) noexcept;

}  // namespace outspan::text
