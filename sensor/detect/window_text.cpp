#include "detect/window_text.h"

#include <algorithm>

#include "detect/text_span.h"

namespace outspan::detect {

std::uint32_t raw_position(std::span<const content::Escape> escapes, std::uint32_t at,
                           bool of_end) noexcept {
  // The last escape that begins before `at` (for an end) or at it.
  const auto after = std::upper_bound(
      escapes.begin(), escapes.end(), at, [of_end](std::uint32_t position, const auto& escape) {
        return of_end ? position <= escape.text_begin : position < escape.text_begin;
      });
  if (after == escapes.begin()) return at;
  const content::Escape& escape = *(after - 1);
  if (at >= escape.text_end) return escape.raw_end + (at - escape.text_end);
  return of_end ? escape.raw_end : escape.raw_begin;
}

bool is_participant(const protocol::ObjectInfo& info, std::string_view address) noexcept {
  const auto same = [address](const std::string& other) {
    return other.size() == address.size() &&
           std::equal(other.begin(), other.end(), address.begin(),
                      [](char a, char b) { return to_lower(a) == b; });
  };
  return same(info.actor.email_from) ||
         std::any_of(info.destination.email_to.begin(), info.destination.email_to.end(), same) ||
         std::any_of(info.participants.begin(), info.participants.end(), same);
}

}  // namespace outspan::detect
