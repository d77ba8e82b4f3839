#include "policy/masked_context.h"

#include <algorithm>

namespace outspan::policy {
namespace {

Masked masked_participant(std::string_view text, Masking& masking, const AddressSet* matched) {
  if (text.empty()) return {};
  return matched && matched->contains(text) ? masking.mask(text) : masking.participant(text);
}

Masked masked_text(std::string_view text, Masking& masking) {
  return text.empty() ? Masked() : masking.mask(text);
}

}  // namespace

bool has_participants(const protocol::ObjectInfo& info) noexcept {
  return !info.actor.email_from.empty() || !info.actor.user.empty() ||
         !info.destination.email_to.empty();
}

Actor masked_actor(const protocol::Actor& actor, Masking& masking, const AddressSet* matched) {
  return {masked_participant(actor.user, masking, matched),
          masked_participant(actor.email_from, masking, matched),
          masked_text(actor.hostname, masking), masked_text(actor.program, masking),
          masked_text(actor.address, masking)};
}

Destination masked_destination(const protocol::Destination& destination, Masking& masking,
                               const AddressSet* matched) {
  Destination masked{masked_text(destination.hostname, masking),
                     destination.url.empty() ? Masked() : masking.url(destination.url),
                     {}};
  const std::size_t recipients = std::min(destination.email_to.size(), kRecipientsMax);
  for (std::size_t i = 0; i < recipients; ++i)
    masked.email_to.push_back(masked_participant(destination.email_to[i], masking, matched));
  return masked;
}

}  // namespace outspan::policy
