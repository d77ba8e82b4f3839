#pragma once

#include <string_view>

#include "protocol/parser.h"

namespace outspan::protocol {

/// The claim of a protocol whose two sides say different things, on a flow that may be the wrong
/// way round because its beginning was not seen. `of_roles(client, server)` judges one way.
template <class OfRoles>
Claim claim_in_either_role(const Opening& opening, OfRoles of_roles) noexcept {
  const std::string_view client = as_text(opening.bytes[index(Side::client)]);
  const std::string_view server = as_text(opening.bytes[index(Side::server)]);
  const Claim as_told = of_roles(client, server);
  if (as_told == Claim::mine || opening.flow.info.opened_by_syn) return as_told;
  const Claim swapped = of_roles(server, client);
  if (swapped == Claim::mine) return swapped;
  return as_told == Claim::need_more || swapped == Claim::need_more ? Claim::need_more
                                                                    : Claim::not_mine;
}

/// The claim of a protocol that each side alone shows. `of_side(bytes, joined)` judges one:
/// `joined` says that the bytes may begin within a message.
template <class OfSide>
Claim claim_of_any_side(const Opening& opening, OfSide of_side) noexcept {
  Claim best = Claim::not_mine;
  for (const Side side : {Side::client, Side::server}) {
    const bool joined = opening.after_gap[index(side)] || !opening.flow.info.opened_by_syn;
    const Claim claim = of_side(opening.bytes[index(side)], joined);
    if (claim == Claim::mine) return claim;
    if (claim == Claim::need_more) best = claim;
  }
  return best;
}

}  // namespace outspan::protocol
