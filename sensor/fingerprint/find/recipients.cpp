#include "fingerprint/find/recipients.h"

#include <algorithm>

#include "detect/window_text.h"
#include "fingerprint/find/owners.h"

namespace outspan::fingerprint {

bool Recipients::excused(const IndexSet& indexes, const content::Object& object,
                         std::string_view address) {
  const auto envelope = detect::envelope_with(object.info, address);
  if (!envelope) return false;
  const std::size_t addresses =
      object.info.destination.email_to.size() + object.info.participants.size();
  if (object_ != &object || packet_ != object.begin.packet || addresses_ != addresses ||
      envelope_ != *envelope) {
    object_ = &object;
    packet_ = object.begin.packet;
    addresses_ = addresses;
    envelope_ = *envelope;
    too_many_ = too_many_customers(indexes, object, *envelope);
  }
  return !too_many_;
}

bool Recipients::too_many_customers(const IndexSet& indexes, const content::Object& object,
                                    std::uint32_t envelope) {
  std::size_t customers = 0, looked_at = 0;
  const auto count = [&](const std::string& address) {
    if (customers > kCustomersMax || ++looked_at > protocol::kReceiversMax) return;
    customers +=
        std::any_of(indexes.indexes().begin(), indexes.indexes().end(),
                    [&address](const SearchedIndex& searched) {
                      return searched.addresses != 0 && !rows_of_address(searched, address).empty();
                    })
            ? 1
            : 0;
  };
  if (envelope == 0)
    for (const std::string& address : object.info.destination.email_to) count(address);
  else
    for (const protocol::Participant& participant : object.info.participants)
      if (participant.envelope == envelope) count(participant.address);
  return customers > kCustomersMax;
}

}  // namespace outspan::fingerprint
