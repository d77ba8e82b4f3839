#include "detect/window_text.h"

#include <algorithm>

#include "text/ascii.h"

namespace outspan::detect {

bool is_participant(const protocol::ObjectInfo& info, std::string_view address) noexcept {
  const auto same = [address](const std::string& other) {
    return text::equals_ignoring_case(other, address);
  };
  return same(info.actor.email_from) ||
         std::any_of(info.destination.email_to.begin(), info.destination.email_to.end(), same) ||
         std::any_of(info.participants.begin(), info.participants.end(), same);
}

}  // namespace outspan::detect
