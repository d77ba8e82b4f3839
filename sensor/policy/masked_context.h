#pragma once

#include "policy/address_set.h"
#include "policy/incident.h"
#include "policy/masking.h"
#include "protocol/object.h"

namespace outspan::policy {

/// Recipients an event names at most; more are left out.
inline constexpr std::size_t kRecipientsMax = 200;

/// Somebody is named who could be among the values that were found.
bool has_participants(const protocol::ObjectInfo& info) noexcept;

/// Who and where, fit for an event. `matched`: what was found, so that a participant who is among
/// it is masked like any other; nullptr: nothing was.
Actor masked_actor(const protocol::Actor& actor, Masking& masking, const AddressSet* matched);
Destination masked_destination(const protocol::Destination& destination, Masking& masking,
                               const AddressSet* matched);

}  // namespace outspan::policy
