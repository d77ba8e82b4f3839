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
/// Memory: kMax addresses and accounts, whose names have kNameBytesMax bytes together; beyond,
/// nothing is learned of further ones that day.
class Identities {
 public:
  static constexpr std::size_t kMax = 100'000;
  static constexpr std::size_t kNameBytesMax = 8 << 20;
  static constexpr std::size_t kHostsOfShared = 4;
  static constexpr std::size_t kUsersOfShared = 3;

  /// What a pull says of its puller, completed by what earlier ones said. The kind is set.
  Identity resolve(Identity said, DayNumber today);
  [[nodiscard]] const std::set<std::string>& shared_accounts() const noexcept { return shared_; }
  /// It is used at many addresses.
  void share(const std::string& user);

  /// How often nothing could be learned.
  [[nodiscard]] std::uint64_t left_out() const noexcept { return left_out_; }

 private:
  void begin_day(DayNumber today);
  void saw(const std::string& user, const IpAddress& address);
  void put_at(const IpAddress& address, const std::string& user);
  [[nodiscard]] bool has_room(const std::string& user) const noexcept;

  DayNumber today_ = 0;
  std::size_t name_bytes_ = 0;    // of users_ and addresses_
  std::size_t shared_bytes_ = 0;  // of the names of shared_
  std::uint64_t left_out_ = 0;
  std::map<IpAddress, std::vector<std::string>> users_;  // of today, the latest last
  std::map<std::string, std::vector<IpAddress>, std::less<>> addresses_;  // of today
  std::set<std::string> shared_;
};

}  // namespace outspan::access
