#include "detect/window_text.h"

#include <algorithm>

#include "text/ascii.h"

namespace outspan::detect {

std::optional<std::uint32_t> envelope_with(const protocol::ObjectInfo& info,
                                           std::string_view address) noexcept {
  const auto same = [address](const std::string& other) {
    return text::equals_ignoring_case(other, address);
  };
  const auto& to = info.destination.email_to;
  const auto last =
      to.begin() + static_cast<std::ptrdiff_t>(std::min(to.size(), protocol::kReceiversMax));
  if (same(info.actor.email_from) || std::any_of(to.begin(), last, same)) return 0;
  const auto found = std::find_if(
      info.participants.begin(), info.participants.end(),
      [&same](const protocol::Participant& participant) { return same(participant.address); });
  if (found == info.participants.end()) return std::nullopt;
  return found->envelope;
}

}  // namespace outspan::detect
