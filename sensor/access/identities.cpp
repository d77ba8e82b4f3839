#include "access/identities.h"

#include <algorithm>

namespace outspan::access {

void Identities::begin_day(DayNumber today) {
  if (today == today_) return;
  today_ = today;
  users_.clear();
  addresses_.clear();
}

void Identities::saw(const std::string& user, const IpAddress& address) {
  if (users_.size() < kMax || users_.contains(address)) {
    auto& users = users_[address];
    const auto known = std::find(users.begin(), users.end(), user);
    if (known != users.end())
      std::rotate(known, known + 1, users.end());
    else if (users.size() < kUsersOfShared)
      users.push_back(user);
  } else {
    ++left_out_;
  }
  if (addresses_.size() >= kMax && !addresses_.contains(user)) return void(++left_out_);
  auto& addresses = addresses_[user];
  if (addresses.size() < kHostsOfShared &&
      std::find(addresses.begin(), addresses.end(), address) == addresses.end())
    addresses.push_back(address);
  if (addresses.size() >= kHostsOfShared && shared_.size() < kMax) shared_.insert(user);
}

Identity Identities::resolve(Identity said, DayNumber today) {
  begin_day(today);
  if (!said.user.empty()) {
    saw(said.user, said.address);
  } else if (said.host.empty()) {
    const auto known = users_.find(said.address);
    if (known != users_.end() && known->second.size() < kUsersOfShared)
      said.user = known->second.back();
  }
  said.kind = !said.user.empty()
                  ? shared_.contains(said.user) ? IdentityKind::user_at_host : IdentityKind::user
              : !said.host.empty() ? IdentityKind::host
                                   : IdentityKind::address;
  return said;
}

}  // namespace outspan::access
