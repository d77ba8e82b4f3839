#include "text/escape.h"

#include <algorithm>
#include <iterator>

namespace outspan::text {

std::uint32_t raw_position(std::span<const Escape> escapes, std::uint32_t at, Edge edge) noexcept {
  // The last escape that begins before `at` (for an end) or at it.
  const auto after = std::upper_bound(
      escapes.begin(), escapes.end(), at, [edge](std::uint32_t position, const Escape& escape) {
        return edge == Edge::end ? position <= escape.text_begin : position < escape.text_begin;
      });
  if (after == escapes.begin()) return at;
  const Escape& escape = *std::prev(after);
  if (at >= escape.text_end) return escape.raw_end + (at - escape.text_end);
  return edge == Edge::end ? escape.raw_end : escape.raw_begin;
}

std::uint32_t text_position(std::span<const Escape> escapes, std::uint32_t raw_at) noexcept {
  const auto after = std::ranges::lower_bound(escapes, raw_at, {}, &Escape::raw_begin);
  if (after == escapes.begin()) return raw_at;
  const Escape& escape = *std::prev(after);
  if (raw_at <= escape.raw_end) return escape.text_end;
  return escape.text_end + (raw_at - escape.raw_end);
}

}  // namespace outspan::text
