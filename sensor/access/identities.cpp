#include "access/identities.h"

#include <algorithm>

namespace outspan::access {

void Identities::begin_day(DayNumber today) {
  if (today == today_) return;
  today_ = today;
  name_bytes_ = 0;
  users_.clear();
  addresses_.clear();
}

bool Identities::has_room(const std::string& user) const noexcept {
  return name_bytes_ + user.size() <= kNameBytesMax;
}

void Identities::saw(const std::string& user, const IpAddress& address) {
  put_at(address, user);
  if (!addresses_.contains(user) && (addresses_.size() >= kMax || !has_room(user)))
    return void(++left_out_);
  const auto [account, fresh] = addresses_.try_emplace(user);
  if (fresh) name_bytes_ += user.size();
  auto& addresses = account->second;
  if (addresses.size() < kHostsOfShared &&
      std::find(addresses.begin(), addresses.end(), address) == addresses.end())
    addresses.push_back(address);
  if (addresses.size() >= kHostsOfShared) share(user);
}

void Identities::put_at(const IpAddress& address, const std::string& user) {
  const auto mine = users_.find(address);
  if (mine != users_.end()) {
    auto& users = mine->second;
    const auto known = std::find(users.begin(), users.end(), user);
    if (known != users.end()) return void(std::rotate(known, known + 1, users.end()));
    if (users.size() >= kUsersOfShared) return;
  }
  if (!has_room(user) || (mine == users_.end() && users_.size() >= kMax)) return void(++left_out_);
  name_bytes_ += user.size();
  users_[address].push_back(user);
}

void Identities::share(const std::string& user) {
  if (shared_.contains(user)) return;
  if (shared_.size() >= kMax || shared_bytes_ + user.size() > kNameBytesMax)
    return void(++left_out_);
  shared_bytes_ += user.size();
  shared_.insert(user);
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
