#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "access/puller.h"

namespace outspan::access {

/// Who is at an address: a user as long as the day lasts, or until another one is seen there.
///
/// An account that is used at kHostsOfShared addresses on one day is shared: from then on each of
/// its addresses is a puller. An address where kUsersOfShared users were seen on one day is a
/// terminal server or a NAT box: what names no user there is the address's.
/// Memory: kMax addresses and accounts; beyond, nothing is learned of further ones that day.
class Identities {
 public:
  static constexpr std::size_t kMax = 100'000;
  static constexpr std::size_t kHostsOfShared = 4;
  static constexpr std::size_t kUsersOfShared = 3;

  /// What a pull says of its puller, completed by what earlier ones said. The kind is set.
  Identity resolve(Identity said, DayNumber today);
  [[nodiscard]] const std::set<std::string>& shared_accounts() const noexcept { return shared_; }
  void restore_shared(std::string user) { shared_.insert(std::move(user)); }

  /// How often nothing could be learned.
  [[nodiscard]] std::uint64_t left_out() const noexcept { return left_out_; }

 private:
  void begin_day(DayNumber today);
  void saw(const std::string& user, const IpAddress& address);

  DayNumber today_ = 0;
  std::uint64_t left_out_ = 0;
  std::map<IpAddress, std::vector<std::string>> users_;  // of today, the latest last
  std::map<std::string, std::vector<IpAddress>, std::less<>> addresses_;  // of today
  std::set<std::string> shared_;
};

}  // namespace outspan::access
